"""A vault in the operating system's keyring: one snapshot, replaced as a whole by each write."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from nexcred.errors import (
    Locked,
    NexcredError,
    OutcomeUnknown,
    StoreFailed,
    Tampered,
    UsageError,
    VaultBusy,
    VaultNotFound,
)
from nexcred.local.files import make_folder, narrow_folder, reason
from nexcred.local.locking import LOCK_TIMEOUT_S, locked
from nexcred.model.named_tuple import NamedTuple
from nexcred.oskeyring.access import GuardedKeyring
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.stores.keyring.parts import MOST_BYTES, KeyringParts, Manifest
from nexcred.stores.tables.as_bytes import NotTables, decode_tables, encode_tables
from nexcred.stores.tables.in_memory import EMPTY, Tables, TablesSnapshot, changed
from nexcred.vault.store import MAKE_ONE, Change

SCHEME = "keyring"
DEFAULT_NAME = "default"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}", re.ASCII)
_ATTEMPTS = 10


class _Seen(NamedTuple):
    manifest: Manifest | None
    tables: Tables


class KeyringStore:
    """Speaks `vault.store.Store`. `lock_folder` is nexcred's own, and holds nothing but the lock."""

    path = None
    can_ask = True
    keeps_slots = True
    keeps_states = False
    caveats = ()

    def __init__(
        self,
        name: str,
        open_keyring: Callable[[], GuardedKeyring],
        lock_folder: Path,
        *,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
    ) -> None:
        """Raise UsageError for a name that is none; the keyring is opened when it is first wanted."""
        self._name = name or DEFAULT_NAME
        if not _NAME.fullmatch(self._name):
            raise UsageError(
                "a vault's name in the keyring has up to 40 small letters, digits, '.', '_' and '-'",
                hint=f"write {SCHEME}: alone, or for example {SCHEME}:work",
            )
        self._open_keyring = open_keyring
        self._lock_folder = lock_folder
        self._lock_timeout_s = lock_timeout_s
        self._opened: KeyringParts | None = None
        self._newest = _Seen(None, EMPTY)
        self._writing: _Seen | None = None

    @property
    def location(self) -> str:
        return f"{SCHEME}:" + (self._name if self._name != DEFAULT_NAME else "")

    def exists(self) -> bool:
        """True when a vault is there. Raises StoreFailed, Locked, Tampered."""
        with self._explained():
            return self._parts().newest() is not None

    @contextmanager
    def read(self) -> Iterator[TablesSnapshot]:
        """Raise also Locked, when the keyring is."""
        seen = self._load()
        if seen.manifest is None:
            raise VaultNotFound(f"there is no vault at {self.location}", hint=MAKE_ONE)
        yield TablesSnapshot(seen.tables)

    @contextmanager
    def write(self) -> Iterator[TablesSnapshot]:
        if self._writing is not None:
            raise RuntimeError("this store is being written to already")
        with self._locked():
            self._writing = self._load()
            try:
                yield TablesSnapshot(self._writing.tables)
            finally:
                self._writing = None

    def close(self) -> None:
        """Do nothing: the keyring is the session's."""

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        seen = self._writing
        if seen is None:
            raise RuntimeError("commit is called inside write()")
        if TablesSnapshot(seen.tables).head() != expected_head:
            return False
        tables = changed(seen.tables, change)
        if TablesSnapshot(tables).head() != change.head:  # a planted head would hide what is written now
            raise Tampered("the vault in the keyring has a head under a generation that is not its own")
        value = encode_tables(tables)
        if len(value) > MOST_BYTES:
            raise self._too_large(len(value))
        with self._explained():
            parts = self._parts()
            if parts.newest() != seen.manifest:  # written by somebody who does not know of this lock
                return False
            manifest = parts.lay(value, seen.manifest)
        self._publish(parts, manifest)
        self._writing = self._newest = _Seen(manifest, tables)
        with suppress(KeyringUnavailable):  # the next writer tidies as well
            parts.tidy(manifest)
        return True

    def _publish(self, parts: KeyringParts, manifest: Manifest) -> None:
        try:
            parts.publish(manifest)
        except KeyringUnavailable as error:
            try:
                is_there = parts.newest() == manifest
            except (KeyringUnavailable, Tampered):
                raise OutcomeUnknown(
                    f"the last step of the write to {self.location} failed: {error.reason}; it may have happened",
                    hint="see what is there with: nexcred list",
                ) from None
            if not is_there:
                raise self._failure(error) from None

    def _load(self) -> _Seen:
        """Read the newest snapshot, again when a writer was quicker; raise Tampered when it is not whole."""
        with self._explained():
            parts = self._parts()
            for _ in range(_ATTEMPTS):
                manifest = parts.newest()
                if manifest is None:
                    return _Seen(None, EMPTY)
                if manifest != self._newest.manifest:
                    value = parts.fetch(manifest)
                    if value is None and parts.newest() == manifest:
                        raise self._damaged()
                    if value is None:
                        continue
                    self._newest = _Seen(manifest, self._decoded(value))
                return self._newest
        raise VaultBusy("others keep writing to this vault", hint="try again in a moment")

    def _decoded(self, value: bytes) -> Tables:
        try:
            return decode_tables(value)
        except NotTables:
            raise self._damaged() from None

    def _parts(self) -> KeyringParts:
        if self._opened is None:
            self._opened = KeyringParts(self._open_keyring(), self._name)
        return self._opened

    @contextmanager
    def _locked(self) -> Iterator[None]:
        make_folder(self._lock_folder)
        narrow_folder(self._lock_folder)
        with ExitStack() as stack:
            try:
                stack.enter_context(locked(self._lock_folder / f"keyring-{self._name}.lock", self._lock_timeout_s))
            except TimeoutError:
                raise VaultBusy(
                    f"the vault {self.location} is in use by another process", hint="try again in a moment"
                ) from None
            except OSError as error:
                raise StoreFailed(f"the lock of the vault {self.location} cannot be taken: {reason(error)}") from None
            yield

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except KeyringUnavailable as error:
            raise self._failure(error) from None

    def _failure(self, error: KeyringUnavailable) -> NexcredError:
        message = f"the vault {self.location} cannot be reached: {error.reason}"
        if error.failure is KeyringFailure.LOCKED:
            return Locked(message, hint="unlock the keyring of your desktop, then try again")
        if error.failure is KeyringFailure.SILENT:
            return StoreFailed(message, hint="see whether a dialog waits for an answer, then try again")
        return StoreFailed(message, hint="a vault can also be a file: name it with --vault FILE")

    def _damaged(self) -> Tampered:
        return Tampered(f"the vault {self.location} is damaged: a part of it is missing or was changed")

    def _too_large(self, size: int) -> StoreFailed:
        return StoreFailed(
            f"the vault {self.location} would grow to {-(-size // 1024)} KiB, and a keyring is given at most"
            f" {MOST_BYTES // 1024} KiB; nothing was changed",
            hint="make room with: nexcred trash empty, or nexcred remove NAME --purge; or take a file: nexcred --vault"
            " FILE vault init",
        )
