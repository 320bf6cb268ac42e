"""Vaults in a real PostgreSQL: each test has a schema of its own."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from nexcred.auth.database_login import Connect
from nexcred.databases.postgresql_session import PostgresSession, open_session
from nexcred.stores.postgresql.store import PostgresqlStore
from tests.live.postgresql import Database
from tests.support.program import Program

DATABASE = "vaults"
KEEPER, WRITER, READER = "vault_keeper", "vault_writer", "vault_reader"


class Schema:
    """A place for one vault. The keeper owns the database, the administrator may do everything."""

    def __init__(self, server: Database) -> None:
        self.server = server
        self.name = f"vault_{secrets.token_hex(6)}"

    def url(self, *, port: int | None = None, more: str = "") -> str:
        return f"postgresql://127.0.0.1:{port or self.server.port}/{DATABASE}?schema={self.name}{more}"

    def environment(self, user: str = KEEPER, password: str | None = None) -> dict[str, str]:
        return {
            "PGUSER": user,
            "PGPASSWORD": self.server.password if password is None else password,
            "PGSSLROOTCERT": str(self.server.ca),
        }

    def store(self, user: str = KEEPER, *, url: str | None = None, **more: Any) -> PostgresqlStore:
        return PostgresqlStore(url or self.url(), self.environment(user), _no_warning, **more)

    def run(self, statements: str, user: str = "root") -> list[list[Any]]:
        """Do in the database what this user may; `{}` stands for the schema."""
        with self.session(user) as session:
            return session.ask(statements.replace("{}", f'"{self.name}"'), timeout_s=30, most_bytes=2**28)

    @contextmanager
    def session(self, user: str = "root") -> Iterator[PostgresSession]:
        server = self.server
        connect = Connect(
            "postgresql", "127.0.0.1", server.port, DATABASE, user, server.password, ca=server.ca.read_text()
        )
        session = open_session(connect, 30, {})
        try:
            yield session
        finally:
            session.close()


@pytest.fixture
def keeper(schema: Schema, tmp_path: Path) -> Program:
    """Return the program of who made a vault in the schema."""
    program = on_a_machine(schema, tmp_path / "keeper", KEEPER)
    made = program("vault", "init")
    assert made.code == 0, made.err
    return program


def on_a_machine(schema: Schema, home: Path, user: str) -> Program:
    """Return the program of somebody who has an identity, and is yet to make the vault or to be let in."""
    home.mkdir()
    program = Program(home, **schema.environment(user), NEXCRED_VAULT=schema.url(), NEXCRED_NO_INPUT="1")
    made = program("identity", "new", "me", "--unbound", "-o", "me.identity")
    assert made.code == 0, made.err
    program.environment["NEXCRED_IDENTITY_FILE"] = str(home / "me.identity")
    return program


@pytest.fixture
def schema(postgresql: Database) -> Schema:
    return Schema(postgresql)


def _no_warning(text: str) -> None:
    raise AssertionError(text)
