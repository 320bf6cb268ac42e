"""What a probe accepts the clients of MariaDB and MySQL accept, whatever `~/.my.cnf` says: by `run` and by `export`."""

import importlib.util
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.live.postgresql import Database, add_proved
from tests.support.opened import Opened
from tests.support.standins.authority import Authority

# MySQL's own library, which the wheel of Connector/Python brings along, reads option files as MySQL's programs do.
_MYSQL = """
import ctypes, sys
folder, library = sys.argv[1:]
for each in ("libcrypto.so.3", "libssl.so.3"):
    ctypes.CDLL(f"{folder}/{each}", ctypes.RTLD_GLOBAL)
mysql = ctypes.CDLL(library)
mysql.mysql_init.restype, mysql.mysql_error.restype = ctypes.c_void_p, ctypes.c_char_p
mysql.mysql_store_result.restype, mysql.mysql_fetch_row.restype = ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p)
handle = ctypes.c_void_p(mysql.mysql_init(None))
mysql.mysql_options(handle, 5, b"mysql")  # MYSQL_READ_DEFAULT_GROUP
mysql.mysql_options(handle, 16, f"{folder}/plugin".encode())  # MYSQL_PLUGIN_DIR
mysql.mysql_real_connect.restype = ctypes.c_void_p
if not mysql.mysql_real_connect(handle, None, None, None, None, 0, None, ctypes.c_ulong(0)):
    sys.exit(mysql.mysql_error(handle).decode())
mysql.mysql_query(handle, b"select concat(current_user(), ' ', database())")
print(mysql.mysql_fetch_row(ctypes.c_void_p(mysql.mysql_store_result(handle)))[0].decode())
"""
_MARIADB = ["mysql", "-BNe", "select concat(current_user(), ' ', database())"]
MODES = ("verify-full", "verify-ca", "require", "disable")
WHO = "analytics_user@% analytics\n"
# What each says leads elsewhere.
STALE = {
    "MYSQL_UNIX_PORT": "/nowhere/socket",
    "MARIADB_UNIX_PORT": "/nowhere/socket",
    "MARIADB_HOME": "/nowhere",
    "MYSQL_GROUP_SUFFIX": "prod",
    "MARIADB_GROUP_SUFFIX": "prod",
    "MYSQL_HOST": "127.0.0.9",
}


def mysql_library() -> list[str]:
    found = importlib.util.find_spec("_mysql_connector")
    assert found is not None
    assert found.origin is not None
    return [sys.executable, "-c", _MYSQL, str(Path(found.origin).parent / "mysql/vendor"), found.origin]


CLIENTS = {"MariaDB": _MARIADB, "MySQL": mysql_library()}


@pytest.fixture
def elsewhere(opened: Opened) -> Opened:
    """A user whose own option files lead elsewhere, as somebody else, without TLS."""
    options = "host=127.0.0.9\nport=1\nuser=mine\npassword=mine-EXAMPLE\nsocket=/nowhere/socket\n"
    (opened.home / ".my.cnf").write_text(f"[client]\n{options}[clientprod]\n{options}[mysql]\ndatabase=closed\n")
    return opened


def add(opened: Opened, database: Database, **values: object) -> dict[str, str]:
    return add_proved(opened, "my", "mysql", database, **values)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("certificate", ["its own", "of the machine"])
def test_run_connects_in_every_tls_mode(
    elsewhere: Opened, mariadb: Database, client: Sequence[str], mode: str, certificate: str
) -> None:
    own = mariadb.ca.read_text() if certificate == "its own" and "verify" in mode else None
    trusting = add(elsewhere, mariadb, sslmode=mode, ca_certificate=own)
    ran = elsewhere("run", "-c", "my", "--", *client, environment=STALE | trusting)
    assert (ran.code, ran.out, ran.err) == (0, WHO, "")


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_localhost_is_no_socket(elsewhere: Opened, mariadb: Database, client: Sequence[str]) -> None:
    add(elsewhere, mariadb, host="localhost", sslmode="verify-ca")
    ran = elsewhere("run", "-c", "my", "--", *client, environment=STALE)
    assert (ran.code, ran.out, ran.err) == (0, WHO, "")


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_a_certificate_of_another_authority_is_refused(
    elsewhere: Opened, mariadb: Database, client: Sequence[str], tmp_path: Path
) -> None:
    add_unproved(elsewhere, mariadb.values(ca_certificate=Authority(tmp_path).bundle.read_text()))
    ran = elsewhere("run", "-c", "my", "--", *client)
    assert (ran.code, ran.out) == (1, "")
    assert "certificate" in ran.err


def test_a_certificate_of_another_name_is_refused(elsewhere: Opened, mariadb: Database) -> None:
    """MySQL's library takes no ssl-mode from a file, only its programs do, which are not at hand."""
    add_unproved(elsewhere, mariadb.values(host="localhost"))
    ran = elsewhere("run", "-c", "my", "--", *_MARIADB)
    assert (ran.code, ran.out) == (1, "")
    assert "certificate" in ran.err


def add_unproved(opened: Opened, values: dict[str, object]) -> None:
    body = {"name": "my", "credentials_type": "mysql", "credentials": values}
    assert opened("add", "--from", "-", "--no-probe", stdin=json.dumps(body).encode()).code == 0


def test_a_program_that_is_given_its_file_keeps_it(elsewhere: Opened, mariadb: Database) -> None:
    add(elsewhere, mariadb)
    ran = elsewhere("run", "-c", "my", "--", "mysql", "--defaults-extra-file=/nowhere", "-e", "select 1")
    assert (ran.code, ran.out) == (1, "")
    assert "/nowhere" in ran.err


def test_a_script_names_the_file_to_mariadbs_programs(elsewhere: Opened, mariadb: Database) -> None:
    add(elsewhere, mariadb)
    script = 'mysql --defaults-file="$MYSQL_HOME/my.cnf" "$@"'
    ran = elsewhere("run", "-c", "my", "--", "sh", "-c", script, *_MARIADB)
    assert (ran.code, ran.out, ran.err) == (0, WHO, "")


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_exported_to_a_shell_connects(elsewhere: Opened, mariadb: Database, client: str, mode: str) -> None:
    add(elsewhere, mariadb, sslmode=mode, ca_certificate=mariadb.ca.read_text() if "verify" in mode else None)
    exported = elsewhere("export", "my", "--format", "env", "--files", "files")
    assert (exported.code, exported.err) == (0, "")
    program, *words = CLIENTS[client]
    option = ['--defaults-file="$MYSQL_HOME/my.cnf"'] if client == "MariaDB" else []
    script = f'{exported.out}\n{" ".join([program, *option])} "$@"'
    ran = subprocess.run(
        ["bash", "-c", script, "bash", *words],
        env=elsewhere.environment | STALE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, WHO, "")
