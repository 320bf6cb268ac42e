"""The tables of a vault in SQLite, and the proof that a file holds exactly these."""

import sqlite3

from nexcred.errors import MadeByNewer, Tampered

APPLICATION_ID = 0x4E584352  # "NXCR"
VERSION = 1

_TABLES = {
    "head": "CREATE TABLE head (generation INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "tree": "CREATE TABLE tree (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "leaf": "CREATE TABLE leaf (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "access": "CREATE TABLE access (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "chain": "CREATE TABLE chain (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "roster": "CREATE TABLE roster (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "slot": "CREATE TABLE slot (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "item": "CREATE TABLE item (digest BLOB PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
}
_EXPECTED = {(b"table", name.encode(), name.encode(), sql.encode()) for name, sql in _TABLES.items()} | {
    (b"index", b"sqlite_autoindex_item_1", b"item", None)
}

# Set on every connection: a reader may have to roll back the write of a crashed one.
PRAGMAS = (
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)


def create_tables(connection: sqlite3.Connection) -> None:
    """Lay out a new vault inside the open transaction."""
    for sql in _TABLES.values():
        connection.execute(sql)
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={VERSION}")


def holds_vault(connection: sqlite3.Connection) -> bool:
    """Compare the file with the expected tables before anything else is read; False for an empty file.

    Raises Tampered when anything is planted or missing, MadeByNewer for a later layout.
    """
    application_id = _number(connection, "application_id")
    version = _number(connection, "user_version")
    if application_id == APPLICATION_ID and version > VERSION:
        raise MadeByNewer("the vault was made by a newer nexcred", hint="update nexcred")
    missing = set(_EXPECTED)
    for row in connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        if row not in missing:  # at once, since a planted one may be large
            raise _other_tables()
        missing.remove(row)
    if missing == _EXPECTED and application_id == 0 and version == 0:
        return False
    if application_id != APPLICATION_ID or version != VERSION or missing:
        raise _other_tables()
    return True


def _other_tables() -> Tampered:
    return Tampered("the file does not hold the tables of a nexcred vault, and nothing else")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    number: int = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    return number
