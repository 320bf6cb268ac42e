"""Case 101: a trash that a member fills costs who does not look at it nothing."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.trash import KEPT, MOST_AT_ONCE
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemorySnapshot, MemoryStore
from tests.support.sample_vault import NOW, add, draft, remove
from tests.support.shared_vault import adas_vault, secret_of
from tests.support.trash import use_weekly


class CountingSnapshot(MemorySnapshot):
    """Counts the records that are read."""

    def __init__(self, store: "CountingStore") -> None:
        super().__init__(store.tables)
        self._store = store

    def item(self, digest: bytes) -> bytes | None:
        self._store.read_rows += 1
        return super().item(digest)

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for found in super().items(digests):
            self._store.read_rows += 1
            yield found


class CountingStore(MemoryStore):
    read_rows = 0

    @contextmanager
    def read(self) -> Iterator[MemorySnapshot]:
        with super().read():
            yield CountingSnapshot(self)

    @contextmanager
    def write(self) -> Iterator[MemorySnapshot]:
        with super().write():
            yield CountingSnapshot(self)


def test_case_101_a_full_trash_costs_who_does_not_look_at_it_no_row() -> None:
    store = CountingStore()
    ada = adas_vault(store)
    ada.edit(_add_many)
    ada.edit(_remove_many)
    acts: tuple[Callable[[], object], ...] = (
        lambda: secret_of(ada, "prod"),
        lambda: add(ada, "new"),
        lambda: ada.edit(lambda edit: edit.update(edit.find("new"), Changes(description="new"))),
        lambda: remove(ada, "new"),
        ada.names,
        lambda: ada.map(lambda credential: credential.name),
    )
    for act in acts:
        store.read_rows = 0
        act()
        assert store.read_rows < 20
    assert ada.names() == ["prod", "test"]
    # On a machine that has not seen it, all of it is read once.
    fresh = Vault(store, ada.identity, now=lambda: NOW)
    assert fresh.names() == ["prod", "test"]
    store.read_rows = 0
    assert fresh.names() == ["prod", "test"]
    assert store.read_rows < 20
    # And what is over goes by the thousand, so that no write waits for all of it.
    use_weekly(lambda now: Vault(store, ada.identity, memory=ada._memory, now=lambda: now), NOW, NOW + 2 * KEPT)
    later = Vault(store, ada.identity, memory=ada._memory, now=lambda: NOW + 2 * KEPT)
    add(later, "one write")
    assert len(later.trash()) == 201
    add(later, "another one")
    assert later.trash() == []
    assert not later.verify().faults


def _add_many(edit: Edit) -> None:
    for number in range(MOST_AT_ONCE + 200):
        edit.add(draft(f"old {number}"))


def _remove_many(edit: Edit) -> None:
    for number in range(MOST_AT_ONCE + 200):
        edit.remove(edit.find(f"old {number}"))
