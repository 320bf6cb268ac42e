"""Case 54: what is exported for psql and mysql is read by them, whatever the password holds."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nexcred.errors import InvalidData
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.services.exporting.exported import Exported
from nexcred.services.exporting.my_cnf import write_my_cnf
from nexcred.services.exporting.pg_service import write_pg_service
from nexcred.services.exporting.pgpass import write_pgpass
from nexcred.services.importing.found import ImportCandidate
from nexcred.services.importing.pgpass import read_pgpass
from nexcred.services.importing.sources import SOURCES
from tests.live.postgresql import Database
from tests.support.exported_values import exported_of

NASTY = " a:b\\c'd\"e#f;g=[h] $(i) {j} ünï-EXAMPLE"
LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), min_size=1, max_size=30)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


def with_password(database: Database, password: str) -> dict[str, Value]:
    values = database.values(password=Secret(password))
    return {name: value for name, value in values.items() if isinstance(value, str | int | Secret)}


def psql(database: Database, statement: str, **environment: str) -> str:
    done = subprocess.run(
        ["psql", "-X", "-w", "-At", "-v", "ON_ERROR_STOP=1", "-c", statement],
        env={"PATH": "/usr/bin:/bin", "PGSSLROOTCERT": str(database.ca), "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def private(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o600)
    return str(path)


@pytest.mark.skipif(not shutil.which("psql"), reason="needs psql: apt-get install postgresql-client")
def test_case_54_psql_logs_in_by_the_service_file_and_by_the_password_file(
    postgresql: Database, tmp_path: Path
) -> None:
    service = private(tmp_path / "service", write_pg_service([_pg(with_password(postgresql, postgresql.password))]))
    by_service = {"PGSERVICEFILE": service, "PGSERVICE": "one"}
    quoted = NASTY.replace("'", "''")
    psql(postgresql, f"ALTER ROLE analytics_user PASSWORD '{quoted}'", **by_service)
    fields = with_password(postgresql, NASTY)
    passwords = private(tmp_path / "pgpass", write_pgpass([_pg(fields)]))
    by_password = {
        "PGPASSFILE": passwords,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(postgresql.port),
        "PGDATABASE": "analytics",
        "PGUSER": "analytics_user",
        "PGSSLMODE": "verify-full",
    }
    try:
        assert psql(postgresql, "select current_user", **by_password) == "analytics_user"
        private(tmp_path / "service", write_pg_service([_pg(fields)]))
        assert psql(postgresql, "select current_user", **by_service) == "analytics_user"
    finally:
        psql(postgresql, f"ALTER ROLE analytics_user PASSWORD '{postgresql.password}'", **by_password)


@given(password=LINES)
@example(password=NASTY)
@example(password="\\:\\\\")
@example(password=":")
@example(password="\\")
def test_what_is_written_for_postgresql_is_read_back(password: str) -> None:
    fields: dict[str, Value] = {"host": "db.example.com", "port": 6432, "database": "d:1", "username": "u\\x"}
    one = _pg({**fields, "password": Secret(password), "sslmode": "require"})
    found = read_pgpass(write_pgpass([one]).encode()).found[0]
    assert isinstance(found, ImportCandidate)
    assert (found.values["password"], found.values["database"], found.values["username"]) == (
        Secret(password),
        "d:1",
        "u\\x",
    )
    if password != password.strip():
        return
    found = SOURCES["pgservice"].read(write_pg_service([one]).encode()).found[0]
    assert isinstance(found, ImportCandidate)
    assert (found.values["password"], found.values["sslmode"]) == (Secret(password), Secret("require"))


def test_what_a_file_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidData, match="password of 'one' holds a line break"):
        write_pgpass([_pg({"host": "h", "database": "d", "username": "u", "password": Secret("a\nb")})])
    with pytest.raises(InvalidData, match="white space at its end"):
        write_pg_service([_pg({"host": "h", "database": "d", "username": "u", "password": Secret("a ")})])


@pytest.mark.skipif(
    not shutil.which("my_print_defaults"), reason="needs my_print_defaults: apt-get install mariadb-client"
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(password=TEXTS)
@example(password=NASTY)
@example(password="two\nlines\r\n\t\\n\\")
def test_case_54_the_programs_of_mysql_read_the_option_file(password: str, tmp_path: Path) -> None:
    fields: dict[str, Value] = {"host": "db.example.com", "port": 3306, "username": "u", "password": Secret(password)}
    written = write_my_cnf([exported_of("mysql", fields)])
    path = private(tmp_path / "my.cnf", "")
    Path(path).write_bytes(written.encode())
    command = ["my_print_defaults", f"--defaults-file={path}", "client"]
    printed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    assert printed.partition("--password=")[2].rpartition("\n--ssl-ca=")[0] == password
    found = SOURCES["mysql"].read(written.encode()).found[0]
    assert isinstance(found, ImportCandidate)
    assert found.values["password"] == Secret(password)


def _pg(fields: dict[str, Value]) -> Exported:
    return exported_of("postgres", fields)
