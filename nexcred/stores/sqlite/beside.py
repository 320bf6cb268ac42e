"""Checking the files beside a vault in SQLite: a journal after a crash is fine, other files could make SQLite obey."""

import os
from functools import lru_cache
from pathlib import Path

from nexcred.errors import StoreFailed, Tampered
from nexcred.local.files import reason, regular_size, shown

# The end of a journal that names a further file (sqlite.org/fileformat.html, "The Super-Journal File").
_NAMES_ANOTHER = bytes.fromhex("d9d505f920a163d7")


def check_beside(path: Path) -> None:
    """Raise StoreFailed or Tampered for what SQLite would write through, fold into the vault, or delete.

    A journal of several databases names a file that SQLite deletes after rolling back; nexcred's has only one.
    """
    journal, wal = _files_beside(path)
    size = regular_size(journal)
    if size is not None and size >= 2 * len(_NAMES_ANOTHER) and _last_bytes(journal, size) == _NAMES_ANOTHER:
        raise _planted(journal, "names another file, as no journal of nexcred does")
    if regular_size(wal) is not None:
        raise _planted(wal, "is of a kind that nexcred never makes")


@lru_cache(maxsize=64)
def _files_beside(path: Path) -> tuple[Path, Path]:
    """Return the journal and the log. Kept: each new path is entered among all names of the process, and taken out
    again, by which that table is made anew from time to time, in the memory of another thread of a service."""
    return path.with_name(path.name + "-journal"), path.with_name(path.name + "-wal")


def _last_bytes(journal: Path, size: int) -> bytes:
    try:
        with journal.open("rb") as file:
            file.seek(max(0, size - len(_NAMES_ANOTHER)), os.SEEK_SET)
            return file.read(len(_NAMES_ANOTHER))
    except FileNotFoundError:
        return b""  # its writer has finished
    except OSError as error:
        raise StoreFailed(f"{shown(journal)} cannot be read: {reason(error)}") from None


def _planted(path: Path, why: str) -> Tampered:
    return Tampered(f"the file {shown(path)} {why}", hint="move it away, and find out who put it there")
