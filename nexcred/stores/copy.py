"""A complete copy of a vault in a new SQLite file, whatever store it comes from."""

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from nexcred.errors import Tampered, VaultNotFound
from nexcred.local.files import sync_folder
from nexcred.local.new_file import NewFile
from nexcred.stores.sqlite.failures import DATABASE_ERRORS, translate
from nexcred.stores.sqlite.schema import PRAGMAS, create_tables
from nexcred.vault.head import read_head_place
from nexcred.vault.store import Bundle, Snapshot


def copy_vault(snapshot: Snapshot, path: Path, leaps: Mapping[int, int] | None = None) -> int:
    """Write all of a snapshot in one transaction and return how many records it has; nothing is held in memory.

    The file must not be there yet: what is cut short is taken away, or opens as no vault. Each record is held to its
    name. `leaps` say where the write before one stands that leapt, if that is known. Raises Conflict, VaultNotFound,
    Tampered, StoreFailed.
    """
    bundle = snapshot.bundle()
    if bundle.head is None:
        raise VaultNotFound("there is no vault to copy")
    generation = read_head_place(bundle.head).generation
    absolute = path.absolute()
    with NewFile(absolute) as file:
        file.write("")
        try:
            with closing(sqlite3.connect(f"file:{quote(str(absolute))}?mode=rw", uri=True, isolation_level=None)) as db:
                for statement in (*PRAGMAS, "BEGIN EXCLUSIVE"):
                    db.execute(statement)
                create_tables(db)
                records = _fill(db, snapshot, bundle, _heads(snapshot, generation, leaps or {}))
                db.execute("COMMIT")
            sync_folder(absolute.parent)
        except DATABASE_ERRORS as error:
            raise translate(error, absolute) from None
    return records


def _fill(db: sqlite3.Connection, snapshot: Snapshot, bundle: Bundle, heads: Iterator[tuple[int, bytes]]) -> int:
    db.executemany("INSERT INTO head VALUES (?, ?)", heads)
    db.execute("INSERT INTO tree VALUES (0, ?)", (bundle.tree,))
    db.executemany("INSERT INTO leaf VALUES (?, ?)", snapshot.leaves())
    for table, rows in (
        ("access", bundle.access),
        ("chain", bundle.chain),
        ("roster", bundle.roster),
        ("slot", bundle.slots),
    ):
        db.executemany(f"INSERT INTO {table} VALUES (?, ?)", enumerate(rows))  # noqa: S608
    return db.executemany("INSERT INTO item VALUES (?, ?)", _items(snapshot)).rowcount


def _heads(snapshot: Snapshot, generation: int, leaps: Mapping[int, int]) -> Iterator[tuple[int, bytes]]:
    """Yield the heads that are kept; after a backup was brought back there may be a gap."""
    for _ in range(snapshot.heads_kept):
        sealed = snapshot.past_head(generation)
        if sealed is not None:
            yield generation, sealed
        generation = leaps.get(generation, generation - 1)


def _items(snapshot: Snapshot) -> Iterator[tuple[bytes, bytes]]:
    for name, sealed in snapshot.items(snapshot.item_digests()):
        if hashlib.sha256(sealed).digest() != name:
            raise Tampered("a record of the vault was changed: it is not copied", hint="see: nexcred vault verify")
        yield name, sealed


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
