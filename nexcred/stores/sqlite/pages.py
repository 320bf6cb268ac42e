"""Whether SQLite finds the pages of a file in order. What they hold is proved by the vault, not here."""

import sqlite3
from contextlib import closing
from pathlib import Path

from nexcred.model.path_in_url import path_in_url
from nexcred.stores.sqlite.limits import hold_to_schema, let_read

_MOST_FINDS = 3


def damaged_pages(path: Path) -> list[str]:
    """Return what is wrong with a vault whose tables were compared before; empty when nothing is."""
    try:
        with closing(sqlite3.connect(f"file:{path_in_url(str(path))}?mode=ro", uri=True)) as connection:
            hold_to_schema(connection)
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
            let_read(connection)
            rows = connection.execute(f"PRAGMA quick_check({_MOST_FINDS})").fetchall()
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [str(row[0]).partition("\n")[0] for row in rows if row[0] != "ok"]
