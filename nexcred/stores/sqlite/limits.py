"""Limits on what a file can make SQLite do, set before anything in the file is trusted."""

import sqlite3

from nexcred.vault.bounds import DIGEST_BYTES, RECORD, Bound

# SQLite parses the whole schema before its first row can be compared. That of a vault takes 130 steps of SQLite's
# machine, and each table too many 7 more; the longest statement has 1,200 characters, no table more than two columns.
_STEPS_FOR_THE_SCHEMA = 1_000
_LONGEST_SQL = 4_096
_MOST_COLUMNS = 8
_LARGEST_ROW = RECORD.row + 1_024


def hold_to_schema(connection: sqlite3.Connection) -> None:
    """Let SQLite read no more than a schema like a vault's; beyond it statements fail."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_SQL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, _LONGEST_SQL)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, _MOST_COLUMNS)
    connection.set_progress_handler(lambda: 1, _STEPS_FOR_THE_SCHEMA)


def let_read(connection: sqlite3.Connection) -> None:
    """Let SQLite read rows, now that the schema is known."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_ROW)
    connection.set_progress_handler(None, 0)


def sealed_within(bound: Bound) -> str:
    """Return SQL for what is sealed, NULL where it is no blob or too large: of such a one only the size is read."""
    return _within("sealed", f"<= {bound.row}")


def whole_digest() -> str:
    """Return SQL for the name of an item, NULL where it has another length."""
    return _within("digest", f"= {DIGEST_BYTES}")


def _within(column: str, size: str) -> str:
    return f"CASE WHEN typeof({column}) = 'blob' AND length({column}) {size} THEN {column} END"
