"""Translating SQLite's errors."""

import sqlite3
from pathlib import Path

from nexcred.errors import NexcredError, OutcomeUnknown, StoreFailed, Tampered, VaultBusy
from nexcred.local.files import shown

_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DAMAGE = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_INTERRUPT,  # a schema that does not end
    sqlite3.SQLITE_ERROR,  # the statements are constant: what does not compile is the file's doing
)
_REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "it is read-only",
    sqlite3.SQLITE_PERM: "permission denied",
    sqlite3.SQLITE_CANTOPEN: "it, or the journal beside it, cannot be opened",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_IOERR: "input/output error",
}

# Python decodes SQLite's messages, which may quote the bytes of a damaged schema.
DATABASE_ERRORS = (sqlite3.Error, UnicodeDecodeError)


def translate(error: sqlite3.Error | UnicodeDecodeError, path: Path, *, committing: bool = False) -> NexcredError:
    """Return the failure that the user is told of. A mistake of our own is raised again."""
    if isinstance(error, sqlite3.ProgrammingError):
        raise error
    extended = sqlite3.SQLITE_CORRUPT if isinstance(error, UnicodeDecodeError) else error.sqlite_errorcode
    code = extended & 0xFF
    if not isinstance(error, UnicodeDecodeError) and is_busy(error):
        return VaultBusy(f"the vault {shown(path)} is in use by another process", hint="try again in a moment")
    if code in _DAMAGE:
        return Tampered(
            f"the vault {shown(path)} is damaged, or is no vault",
            hint="restore a backup with: nexcred vault restore-backup FILE",
        )
    if extended in (sqlite3.SQLITE_READONLY_ROLLBACK, sqlite3.SQLITE_READONLY_RECOVERY):
        return StoreFailed(
            f"the vault {shown(path)} has an interrupted write to undo, and is read-only",
            hint="make the vault's folder writable, then: nexcred vault verify",
        )
    why = _REASONS.get(code, getattr(error, "sqlite_errorname", "unknown error"))
    if committing and code == sqlite3.SQLITE_IOERR:
        return OutcomeUnknown(
            f"the write to {shown(path)} failed while it was being made durable: {why}; it may have happened or not",
            hint="see what is there with: nexcred list",
        )
    return StoreFailed(f"the vault {shown(path)} cannot be read or written: {why}")


def is_busy(error: sqlite3.Error) -> bool:
    """True when another process holds the lock, so that trying again may help."""
    return error.sqlite_errorcode & 0xFF in _BUSY
