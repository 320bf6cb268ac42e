"""A real PostgreSQL: SCRAM, TLS from a throw-away authority, and roles for whatever may go wrong."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live.daemon import free_port, give_away, run, running, throw_away_folder, wait_for
from tests.support.opened import Opened
from tests.support.standins.authority import Authority

_SETTINGS = """
listen_addresses = '127.0.0.1'
ssl = on
ssl_cert_file = 'server.pem'
ssl_key_file = 'server.pem'
password_encryption = 'scram-sha-256'
fsync = off
max_connections = 100
shared_buffers = '1MB'
"""
# The first line that fits decides.
_HBA = """
hostssl   all  tls_only   127.0.0.1/32  scram-sha-256
hostnossl all  tls_only   127.0.0.1/32  reject
host      all  clear      127.0.0.1/32  password
host      all  anybody    127.0.0.1/32  trust
host      all  no_entry   127.0.0.1/32  reject
host      all  all        127.0.0.1/32  scram-sha-256
host      replication  root  127.0.0.1/32  scram-sha-256
"""
# One statement a line: that is how a single-user server reads them.
_ROLES = """
CREATE ROLE analytics_user LOGIN PASSWORD '{password}';
CREATE ROLE tls_only LOGIN PASSWORD '{password}';
CREATE ROLE clear LOGIN PASSWORD '{password}';
CREATE ROLE anybody LOGIN;
CREATE ROLE no_login NOLOGIN PASSWORD '{password}';
CREATE ROLE no_entry LOGIN PASSWORD '{password}';
CREATE ROLE outdated LOGIN PASSWORD '{password}' VALID UNTIL '2020-01-01';
CREATE ROLE ending LOGIN PASSWORD '{password}' VALID UNTIL '2101-02-03 04:05:00+00';
CREATE ROLE endless LOGIN PASSWORD '{password}' VALID UNTIL 'infinity';
CREATE ROLE vault_keeper LOGIN PASSWORD '{password}';
CREATE ROLE vault_writer LOGIN PASSWORD '{password}';
CREATE ROLE vault_reader LOGIN PASSWORD '{password}';
CREATE ROLE root SUPERUSER LOGIN PASSWORD '{password}';
CREATE DATABASE analytics;
CREATE DATABASE vaults OWNER vault_keeper;
CREATE DATABASE closed;
REVOKE CONNECT ON DATABASE closed FROM PUBLIC;
"""


class Database(NamedTuple):
    """How to reach it. The server's certificate is for 127.0.0.1 and `name`, not for localhost."""

    port: int
    password: str
    ca: Path

    def values(self, **changed: object) -> dict[str, object]:
        """Return the values of a credential that it accepts, some of them changed."""
        good: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "database": "analytics",
            "username": "analytics_user",
            "password": self.password,
            "ca_certificate": self.ca.read_text(),
        }
        return {name: value for name, value in (good | changed).items() if value is not None}


def add_proved(opened: Opened, name: str, connector: str, database: Database, **values: object) -> dict[str, str]:
    """Add the database's credential and prove it; return the variable by which the machine trusts its authority."""
    body = {"name": name, "credentials_type": connector, "credentials": database.values(**values)}
    trusting = {"SSL_CERT_FILE": str(database.ca)}
    added = opened("add", "--from", "-", stdin=json.dumps(body).encode(), environment=trusting)
    assert (added.code, added.out.partition(",")[0]) == (0, f"added {name}: accepted"), added.err
    return trusting


class Server:
    """A server in a folder of its own; what it is stopped with, it is started on again."""

    def __init__(
        self, programs: Path, folder: Path, data: Path, port: int, *, under: Sequence[str | Path] = ()
    ) -> None:
        """Take also the words of a program that runs it."""
        self._programs, self._folder, self._data, self._under = programs, folder, data, under
        self._running = ExitStack()
        self.port = port

    @property
    def log(self) -> str:
        """What it has logged since its last start."""
        return (self._folder / "log").read_text(errors="replace")

    def start(self) -> None:
        command = [*self._under, self._programs / "postgres", "-D", self._data, "-c", f"port={self.port}"]
        self._running.enter_context(running(command, self._folder, self.port))
        wait_for([self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)])

    def stop(self) -> None:
        """End it as a crash does: nobody is told."""
        run([self._programs / "pg_ctl", "stop", "-m", "immediate", "-w", "-D", self._data], self._folder)
        self._running.close()

    @contextmanager
    def standby(self, login: str) -> "Iterator[Server]":
        """Run a standby of it, which follows as this login."""
        with throw_away_folder() as folder:
            data, source = folder / "data", f"host=127.0.0.1 port={self.port} {login}"
            run([self._programs / "pg_basebackup", "-D", data, "-R", "-c", "fast", "-d", source], folder)
            standby = Server(self._programs, folder, data, free_port())
            standby.start()
            try:
                yield standby
            finally:
                standby.stop()


@pytest.fixture(scope="session")
def postgresql(authority: Authority) -> Iterator[Database]:
    with serving(authority) as (_, database):
        yield database


@contextmanager
def serving(authority: Authority, *, under: Sequence[str | Path] = ()) -> Iterator[tuple[Server, Database]]:
    """Run a server with all roles and databases of these tests."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not programs:
        pytest.skip("needs a real PostgreSQL: apt-get install postgresql")
    password, port = f"EXAMPLE-{secrets.token_hex(8)}", free_port()
    with throw_away_folder() as folder:
        data = folder / "data"
        run(
            [programs[-1] / "initdb", "-D", data, "-U", "admin", "-A", "reject", "--no-sync", "--no-instructions"],
            folder,
        )
        authority.write_server_certificate(data / "server.pem", "127.0.0.1", "db.example.test")
        give_away(data / "server.pem")
        with (data / "postgresql.conf").open("a") as settings:
            settings.write(f"{_SETTINGS}\nunix_socket_directories = '{folder}'\n")
        (data / "pg_hba.conf").write_text(_HBA)
        run(
            [programs[-1] / "postgres", "--single", "-D", data, "postgres"],
            folder,
            stdin=_ROLES.format(password=password),
        )
        server = Server(programs[-1], folder, data, port, under=under)
        server.start()
        try:
            yield server, Database(port, password, authority.bundle)
        finally:
            server.stop()
