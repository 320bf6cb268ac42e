"""Places of each kind that a vault moves between, a vault that does, and stores whose process dies at a write."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from nexcred.errors import MovedAway
from nexcred.local.anchors import AnchorFile
from nexcred.services.vaults.opening import memory_of
from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.store import Change, Snapshot, Store
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket, open_store
from tests.support.git_repository import bare_repository, git_store
from tests.support.keyring_backend import MemoryBackend, guard
from tests.support.sample_vault import NOW, add, found

PASSPHRASE = "EXAMPLE of a passphrase"
KINDS = ("file", "keyring", "git", "bucket")


class Places:
    """A place of each kind, opened anew each time, as another process would."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._backend, self._bucket = MemoryBackend(), MemoryBucket()
        self.anchors = AnchorFile(folder / "state", warn=pytest.fail)

    def open(self, kind: str) -> Store:
        if kind == "git":
            (self._folder / "repository").mkdir(exist_ok=True)
            bare_repository(self._folder / "repository")
            return git_store(self._folder / "repository")
        if kind == "keyring":
            return KeyringStore("", lambda: guard(self._backend), self._folder / "locks")
        if kind == "bucket":
            return open_store(self._bucket)
        return SqliteStore(self._folder / "vault.db")

    def vault(self, store: Store, identity: Identity, *, anchors: AnchorFile | None = None) -> Vault:
        """Open a vault on this machine, or on one with other anchors."""
        known = anchors or self.anchors
        was_seen = known.known(store.location)
        return Vault(store, identity, memory=memory_of(store, known), was_seen=was_seen, now=lambda: NOW)


class Died(BaseException):
    """What nothing in the program catches, as nothing catches the end of a process."""


class Dying:
    """A store whose process dies at one of its commits: before it is done, or after."""

    def __init__(self, store: Store, at: Callable[[], bool], *, is_done: bool) -> None:
        self._store = store
        self._at = at
        self._is_done = is_done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def read(self) -> AbstractContextManager[Snapshot]:
        return self._store.read()

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        dies = self._at()
        if dies and not self._is_done:
            raise Died
        done = self._store.commit(change, expected_head)
        if dies:
            raise Died
        return done


def deaths(most: int) -> Iterator[tuple[int, bool]]:
    """Yield each commit of a move with whether it is done when the process dies."""
    for number in range(most):
        yield number, False
        yield number, True


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def founded(places: Places, kind: str) -> Vault:
    """Return a vault with a credential, and a passphrase where there may be one."""
    store = places.open(kind)
    identity = found(store)
    vault = places.vault(store, identity)
    if store.keeps_slots:
        slot = make_passphrase_slot(PASSPHRASE, vault.identity, FLOOR)
        vault.edit(lambda edit: edit.set_slots((slot,)))
    add(vault, "one", "EXAMPLE-1")
    return vault


def lives(places: Places, kind: str, identity: Identity) -> bool:
    """Say whether a fresh look at this place finds a vault that is written to there."""
    store = places.open(kind)
    if not store.exists():
        return False
    vault = Vault(store, identity)
    try:
        vault.require_writable()
    except MovedAway:
        return False
    return True
