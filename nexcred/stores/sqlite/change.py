"""One change, as SQL inside an open transaction."""

import sqlite3
from collections.abc import Mapping

from nexcred.vault.bounds import readable_items, refuse_many_names
from nexcred.vault.store import HEADS_KEPT, Change


def apply_change(connection: sqlite3.Connection, change: Change) -> None:
    """Write all of it; raises what sqlite3 raises, and InvalidData for what would not be read back."""
    if change.past_heads is None:
        _apply_head(connection, change)
    else:
        for table in ("head", "item", "leaf"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
        connection.executemany("INSERT INTO head VALUES (?, ?)", change.heads(HEADS_KEPT).items())
    connection.executemany("DELETE FROM item WHERE digest = ?", ((digest,) for digest in change.dropped_items))
    # A row that is there already has the same bytes, or was planted.
    connection.executemany("INSERT OR REPLACE INTO item VALUES (?, ?)", readable_items(change.items))
    _apply_leaves(connection, change.leaves)
    if change.tree is not None:
        connection.execute("INSERT OR REPLACE INTO tree VALUES (0, ?)", (change.tree,))
    for table, rows in (
        ("access", change.access),
        ("chain", change.chain),
        ("roster", change.roster),
        ("slot", change.slots),
    ):
        if rows is not None:
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
            connection.executemany(f"INSERT INTO {table} VALUES (?, ?)", enumerate(rows))  # noqa: S608


def _apply_head(connection: sqlite3.Connection, change: Change) -> None:
    connection.execute("INSERT INTO head VALUES (?, ?)", (change.generation, change.head))
    # By their number: over the leap of a backup that was brought back, the heads before it stay.
    connection.execute(
        "DELETE FROM head WHERE (SELECT count(*) FROM head) > ? AND generation = (SELECT min(generation) FROM head)",
        (HEADS_KEPT,),
    )


def _apply_leaves(connection: sqlite3.Connection, leaves: Mapping[int, bytes]) -> None:
    connection.executemany("INSERT OR REPLACE INTO leaf VALUES (?, ?)", ((i, e) for i, e in leaves.items() if e))
    connection.executemany("DELETE FROM leaf WHERE id = ?", ((i,) for i, e in leaves.items() if not e))
    (total,) = connection.execute("SELECT total(length(sealed)) FROM leaf").fetchone()
    refuse_many_names(int(total))
