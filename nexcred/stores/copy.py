"""A complete copy of a vault in a new SQLite file, whatever store it comes from."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from nexcred.errors import VaultNotFound
from nexcred.local.files import sync_folder
from nexcred.local.new_file import NewFile
from nexcred.model.path_in_url import path_in_url
from nexcred.stores.sqlite.change import apply_change
from nexcred.stores.sqlite.failures import DATABASE_ERRORS, translate
from nexcred.stores.sqlite.schema import PRAGMAS, create_tables
from nexcred.vault.store import Snapshot
from nexcred.vault.whole import AllItems, whole_vault


def copy_vault(snapshot: Snapshot, path: Path, leaps: Mapping[int, int] | None = None) -> int:
    """Write all of a snapshot in one transaction and return how many records it has; nothing is held in memory.

    The file must not be there yet: what is cut short is taken away, or opens as no vault. Each record is held to its
    name. `leaps` say where the write before one stands that leapt, if that is known. Raises Conflict, VaultNotFound,
    Tampered, StoreFailed.
    """
    if snapshot.head() is None:
        raise VaultNotFound("there is no vault to copy")
    items = AllItems(snapshot)
    absolute = path.absolute()
    with NewFile(absolute) as file:
        file.write("")
        try:
            with closing(
                sqlite3.connect(f"file:{path_in_url(str(absolute))}?mode=rw", uri=True, isolation_level=None)
            ) as db:
                for statement in (*PRAGMAS, "BEGIN EXCLUSIVE"):
                    db.execute(statement)
                create_tables(db)
                apply_change(db, whole_vault(snapshot, items, leaps))
                db.execute("COMMIT")
            sync_folder(absolute.parent)
        except DATABASE_ERRORS as error:
            raise translate(error, absolute) from None
    return len(items)


def put_in_place(new: Path, path: Path, aside: Path) -> bool:
    """Let a finished file take the place of `path`; what lies there goes beside, with its journal. True when one did.

    At no moment is nothing there.
    """
    was_there = path.exists()
    if was_there:
        for suffix in ("-journal", "-wal"):  # or SQLite would fold the old one's into the new file
            stray = path.with_name(path.name + suffix)
            if stray.exists():
                stray.rename(aside.with_name(aside.name + suffix))
        aside.hardlink_to(path)
    new.replace(path)
    sync_folder(path.parent)
    return was_there


def place_aside(path: Path, stamp: str) -> Path:
    """Return a free name beside a file, to move the file to."""
    return free_name(path.with_name(f"{path.name}.replaced-{stamp}"))


def free_name(wanted: Path) -> Path:
    """Return this path, or the first numbered one that is free."""
    found, number = wanted, 1
    while found.exists():
        number += 1
        found = wanted.with_name(f"{wanted.name}-{number}")
    return found
