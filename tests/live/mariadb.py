"""A real MariaDB: native and ed25519 users, TLS from a throw-away authority, and users for whatever may go wrong."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.live.daemon import free_port, give_away, run, running, throw_away_folder
from tests.live.postgresql import Database
from tests.support.standins.authority import Authority

_USERS = """
CREATE DATABASE analytics;
CREATE DATABASE closed;
CREATE USER analytics_user IDENTIFIED BY '{password}';
CREATE USER modern IDENTIFIED VIA ed25519 USING PASSWORD('{password}');
CREATE USER tls_only IDENTIFIED BY '{password}' REQUIRE SSL;
CREATE USER certified IDENTIFIED BY '{password}' REQUIRE X509;
CREATE USER named IDENTIFIED BY '{password}' REQUIRE SUBJECT '/CN=ada';
CREATE USER by_socket IDENTIFIED VIA unix_socket;
CREATE USER outdated IDENTIFIED BY '{password}' PASSWORD EXPIRE;
CREATE USER locked IDENTIFIED BY '{password}' ACCOUNT LOCK;
CREATE USER elsewhere@'10.9.8.7' IDENTIFIED BY '{password}';
GRANT SELECT ON analytics.* TO analytics_user, modern, tls_only, outdated, locked;
"""


@pytest.fixture(scope="session")
def mariadb(authority: Authority) -> Iterator[Database]:
    with serving(authority) as database:
        yield database


@contextmanager
def serving(authority: Authority, more: str = "") -> Iterator[Database]:
    """Run a server with all users of these tests, and what more of statements it has done at its start.

    Whom it takes an unknown user for depends on how many there are: tests that make some need a server of their own.
    """
    server, setup = shutil.which("mariadbd", path="/usr/sbin:/usr/bin"), shutil.which("mariadb-install-db")
    if not server or not setup:
        pytest.skip("needs a real MariaDB: apt-get install mariadb-server")
    password, port = f"EXAMPLE-{secrets.token_hex(8)}", free_port()
    with throw_away_folder() as folder:
        data = folder / "data"
        run(
            [setup, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"],
            folder,
        )
        certificate, users = folder / "server.pem", folder / "users.sql"
        authority.write_server_certificate(certificate, "127.0.0.1", "db.example.test")
        users.write_text((_USERS + more).format(password=password))
        for path in (certificate, users):
            give_away(path)
        settings = [f"--datadir={data}", f"--port={port}", f"--init-file={users}", f"--socket={folder}/socket"]
        settings += [f"--ssl-cert={certificate}", f"--ssl-key={certificate}", "--plugin-load-add=auth_ed25519"]
        settings += ["--bind-address=127.0.0.1", f"--pid-file={folder}/pid", "--innodb-flush-log-at-trx-commit=0"]
        settings += ["--innodb-buffer-pool-size=8M", "--skip-log-bin", "--performance-schema=OFF"]
        with running([server, "--no-defaults", *settings], folder, port):
            yield Database(port, password, authority.bundle)
