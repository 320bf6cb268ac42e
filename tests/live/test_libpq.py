"""What a probe accepts libpq accepts, of psql and of release 18 within psycopg: by `run` and by `export`."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.live.postgresql import Database, add_proved
from tests.support.opened import Opened

_PSYCOPG = """
import psycopg
assert psycopg.pq.version() >= 180000
with psycopg.connect() as connection:
    print(*connection.execute("select current_user").fetchone())
"""
CLIENTS = {"psql": ["psql", "-XAtwc", "select current_user"], "libpq 18": [sys.executable, "-c", _PSYCOPG]}
MODES = ("verify-full", "verify-ca", "require", "disable")
# All of them lead elsewhere, or to a connection that this server does not take.
STALE = {
    "PGSERVICE": "prod",
    "PGHOSTADDR": "127.0.0.9",
    "PGOPTIONS": "-c role=nobody",
    "PGREQUIRESSL": "1",
    "PGSSLROOTCERT": "system",
    "PGSSLCERT": "/nowhere/client.pem",
    "PGSSLKEY": "/nowhere/client.key",
    "PGSSLNEGOTIATION": "direct",
    "PGTARGETSESSIONATTRS": "standby",
    "PGPASSFILE": "/nowhere/pgpass",
}


@pytest.fixture
def stale(opened: Opened) -> dict[str, str]:
    service = opened.home / "service"
    service.write_text("[prod]\nhost=127.0.0.9\nport=1\nuser=admin\n")
    return {**STALE, "PGSERVICEFILE": str(service)}


def add(opened: Opened, database: Database, **values: object) -> dict[str, str]:
    return add_proved(opened, "pg", "postgres", database, **values)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("mode", MODES)
def test_run_connects_in_every_tls_mode(
    opened: Opened, postgresql: Database, stale: dict[str, str], client: Sequence[str], mode: str
) -> None:
    add(opened, postgresql, sslmode=mode, ca_certificate=postgresql.ca.read_text() if "verify" in mode else None)
    ran = opened("run", "-c", "pg", "--", *client, environment=stale)
    assert (ran.code, ran.out, ran.err) == (0, "analytics_user\n", "")


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("mode", ["verify-full", "verify-ca"])
def test_run_connects_by_the_authorities_of_the_machine(
    opened: Opened, postgresql: Database, stale: dict[str, str], client: Sequence[str], mode: str
) -> None:
    """Of libpq, 15 takes "system" for a file, and 18 refuses it with verify-ca."""
    trusting = add(opened, postgresql, sslmode=mode, ca_certificate=None)
    ran = opened("run", "-c", "pg", "--", *client, environment=stale | trusting)
    assert (ran.code, ran.out, ran.err) == (0, "analytics_user\n", "")
    refused = opened("run", "-c", "pg", "--", *client, environment=stale)
    assert refused.code != 0
    assert "certificate verify failed" in refused.err


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_a_host_may_be_reached_at_an_address_of_its_own(
    opened: Opened, postgresql: Database, stale: dict[str, str], client: Sequence[str]
) -> None:
    """The name is for the certificate: no resolver knows it."""
    add(opened, postgresql, host="db.example.test", hostaddr="127.0.0.1")
    ran = opened("run", "-c", "pg", "--", *client, environment=stale)
    assert (ran.code, ran.out, ran.err) == (0, "analytics_user\n", "")


def test_a_service_with_a_host_and_an_address_is_kept_with_both(
    opened: Opened, postgresql: Database, tmp_path: Path
) -> None:
    service = tmp_path / "pg_service.conf"
    service.write_text(
        f"[pg]\nhostaddr=127.0.0.1\nhost=db.example.test\nport={postgresql.port}\ndbname=analytics\n"
        f"user=analytics_user\npassword={postgresql.password}\nsslmode=verify-full\n"
    )
    trusting = {"SSL_CERT_FILE": str(postgresql.ca)}
    imported = opened("import", "pgservice", str(service), "--yes", "--probe", environment=trusting)
    assert imported.code == 0, imported.err
    kept = json.loads(opened("show", "pg", "--json").out)["credentials_non_secure_data"]
    assert (kept["host"], kept["hostaddr"]) == ("db.example.test", "127.0.0.1")
    ran = opened("run", "-c", "pg", "--", *CLIENTS["psql"], environment=trusting)
    assert (ran.code, ran.out) == (0, "analytics_user\n"), ran.err


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("certificate", ["its own", "of the machine"])
def test_what_is_exported_to_a_shell_connects(
    opened: Opened, postgresql: Database, stale: dict[str, str], client: Sequence[str], mode: str, certificate: str
) -> None:
    own = postgresql.ca.read_text() if certificate == "its own" and "verify" in mode else None
    trusting = add(opened, postgresql, sslmode=mode, ca_certificate=own)
    exported = opened("export", "pg", "--format", "env", "--files", "files", environment=trusting)
    assert (exported.code, exported.err) == (0, "")
    ran = in_shell(opened, exported.out, client, stale)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "analytics_user\n", "")


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize("certificate", ["its own", "of the machine"])
def test_an_exported_service_is_no_mixture(
    opened: Opened, postgresql: Database, client: Sequence[str], certificate: str
) -> None:
    trusting = add(opened, postgresql, ca_certificate=postgresql.ca.read_text() if certificate == "its own" else None)
    words = ("export", "pg", "--format", "pg_service", "-o", "service", "--files", "files")
    assert opened(*words, environment=trusting).code == 0
    variables = {"PGSERVICEFILE": str(opened.home / "service"), "PGSERVICE": "pg"}
    inherited = {"PGHOSTADDR": "127.0.0.9", "PGOPTIONS": "-c role=nobody", "PGUSER": "admin", "PGSSLROOTCERT": "system"}
    ran = in_shell(opened, "", client, {**inherited, **variables})
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "analytics_user\n", "")


def in_shell(
    opened: Opened, script: str, client: Sequence[str], variables: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run the client by a shell that has read the script, with these variables set before."""
    return subprocess.run(
        ["bash", "-c", f'{script}\n"$@"', "bash", *client],
        env=opened.environment | variables,
        cwd=opened.home,
        capture_output=True,
        text=True,
        check=False,
    )
