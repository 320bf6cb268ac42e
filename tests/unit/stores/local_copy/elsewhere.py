"""A vault that lies elsewhere, and a machine that keeps a copy of what it read of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nexcred.errors import StoreUnreachable
from nexcred.model.secret import Secret
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.local_copy.store import CopiedStore
from nexcred.stores.offline import Offline
from nexcred.vault.store import Snapshot
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemorySnapshot, MemoryStore, Tables
from tests.support.sample_vault import NOW, fill, open_new


class Counted(MemorySnapshot):
    """Counts what it is asked for that a local copy may have."""

    def __init__(self, tables: Tables, asked: list[str]) -> None:
        super().__init__(tables)
        self._asked = asked

    def leaf(self, index: int) -> bytes:
        self._asked.append("leaf")
        return super().leaf(index)

    def leaves(self) -> Iterator[tuple[int, bytes]]:
        self._asked.append("leaves")
        return super().leaves()

    def items(self, digests: object) -> Iterator[tuple[bytes, bytes]]:
        self._asked.append("items")
        return super().items(digests)  # type: ignore[arg-type]


class Elsewhere(MemoryStore):
    """A store that can be cut off."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.tables = tables
        self.is_cut_off = False
        self.asked: list[str] = []

    @contextmanager
    def read(self) -> Iterator[MemorySnapshot]:
        self._refuse()
        with super().read():
            yield Counted(self.tables.copy(), self.asked)

    @contextmanager
    def write(self) -> Iterator[Snapshot]:
        self._refuse()
        with super().write() as snapshot:
            yield snapshot

    def _refuse(self) -> None:
        if self.is_cut_off:
            raise StoreUnreachable("the vault memory: cannot be reached: no network")


class Machine:
    """One machine that reads a vault elsewhere."""

    def __init__(self, elsewhere: Elsewhere, path: Path) -> None:
        self.elsewhere = elsewhere
        self.path = path
        self.now = NOW
        self.told: list[str] = []

    def store(self, offline: Offline = Offline(), largest: int | None = None) -> CopiedStore:  # noqa: B008
        copy = CopyFile(self.path) if largest is None else CopyFile(self.path, largest=largest)
        return CopiedStore(self.elsewhere, copy, offline, warn=self.told.append, now=lambda: self.now)


@pytest.fixture
def elsewhere() -> Elsewhere:
    return Elsewhere(Tables())


@pytest.fixture
def machine(elsewhere: Elsewhere, tmp_path: Path) -> Machine:
    return Machine(elsewhere, tmp_path / "cache" / "copy.db")


@pytest.fixture
def ada(machine: Machine) -> Vault:
    vault = open_new(machine.store())
    fill(vault)
    return vault


def again(machine: Machine, ada: Vault, offline: Offline = Offline()) -> Vault:  # noqa: B008
    return Vault(machine.store(offline), ada.identity, memory=ada.memory, now=lambda: machine.now)


def key_of(vault: Vault, name: str) -> object:
    value = vault.details(vault.find(name)).fields["api_key"]
    return value.reveal() if isinstance(value, Secret) else value
