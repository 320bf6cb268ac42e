"""A schema of a real PostgreSQL where a vault of the numbered cases lies, past every check of the store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from nexcred.databases.postgresql_session import PostgresSession
from nexcred.stores.postgresql.schema import creation
from nexcred.stores.postgresql.sql import bytes_of, name_of
from nexcred.stores.postgresql.store import PostgresqlStore
from tests.live.postgresql import Database
from tests.live.postgresql_vault import KEEPER, Schema
from tests.support.far_tables import Tables

_LISTED = {"access": "access", "chain": "chain", "roster": "roster"}
# Whoever writes while another does waits for him no longer than a test would.
_QUEUE_S = 0.05


@contextmanager
def places_in(server: Database) -> Iterator[partial["PostgresPlace"]]:
    """Yield what makes places, while a session of their keeper's lasts."""
    with Schema(server).session(KEEPER) as session:
        yield partial(PostgresPlace, server, session)


class PostgresPlace:
    """A schema of its own; the session is the keeper's."""

    def __init__(self, server: Database, session: PostgresSession) -> None:
        self._schema, self._session = Schema(server), session

    def open(self, machine: str) -> PostgresqlStore:
        # TLS is a matter of tests/live, and of no case.
        return self._schema.store(url=self._schema.url(more="&sslmode=disable"), queue_timeout_s=_QUEUE_S)

    def lay(self, tables: Tables) -> None:
        present = tables.heads[max(tables.heads)] if tables.heads else None
        by_id: Mapping[str, Mapping[int, bytes]] = {
            "now": {} if present is None else {0: present},
            "head": tables.heads,
            "tree": {0: tables.tree} if tables.tree else {},
            "leaf": tables.leaves,
            **{table: dict(enumerate(getattr(tables, name))) for name, table in _LISTED.items()},
        }
        name = self._schema.name
        statements = [f"DROP SCHEMA IF EXISTS {name_of(name)} CASCADE", creation(name, with_schema=True)]
        for table, rows in by_id.items():
            statements += _inserted(name, table, {str(number): sealed for number, sealed in rows.items()})
        statements += _inserted(name, "item", {bytes_of(digest): sealed for digest, sealed in tables.items.items()})
        self._ask("; ".join(statements))

    def taken(self) -> Tables:
        name = self._schema.name
        kept: dict[str, dict[Any, bytes]] = {
            table: {row[0]: row[1] for row in self._ask(f"SELECT * FROM {name_of(name, table)} ORDER BY 1")}
            for table in ("head", "tree", "leaf", "item", *_LISTED.values())
        }
        listed = {one: tuple(kept[table].values()) for one, table in _LISTED.items()}
        return Tables(kept["head"], b"".join(kept["tree"].values()), kept["leaf"], items=kept["item"], **listed)  # type: ignore[arg-type]

    def _ask(self, statements: str) -> list[list[Any]]:
        return self._session.ask(statements, timeout_s=30, most_bytes=2**28)


def _inserted(schema: str, table: str, rows: Mapping[str, bytes]) -> list[str]:
    values = ", ".join(f"({key}, {bytes_of(sealed)})" for key, sealed in rows.items())
    return [f"INSERT INTO {name_of(schema, table)} VALUES {values}"] if rows else []
