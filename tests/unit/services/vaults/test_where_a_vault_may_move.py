"""What is written over by a vault that moves, and what is not; and where it does not arrive."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.errors import (
    Conflict,
    NexcredError,
    NotPermitted,
    Replaced,
    StoreFailed,
    Tampered,
    UsageError,
    VaultExists,
)
from nexcred.local.anchors import AnchorFile
from nexcred.services.vaults.move import bring_back, move, plan_move
from nexcred.stores.copy import copy_vault
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.store import Change, Store
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.moving import Places, founded, lives, places
from tests.support.sample_vault import add, everything, found, open_new

__all__ = ["places"]


def test_what_the_new_place_refuses_leaves_the_vault_where_it_is(places: Places) -> None:
    vault = founded(places, "file")
    add(vault, "large", "EXAMPLE" * 60_000)
    with pytest.raises(StoreFailed, match="256 KiB"):
        move(vault, places.open("keyring"), places.anchors)
    assert lives(places, "file", vault.identity)
    add(vault, "later")


def test_only_an_owner_moves_it(places: Places) -> None:
    vault = founded(places, "file")
    bob = Identity.generate().bind(vault.vault_id, vault.floor)
    vault.edit(lambda edit: edit.admit(bob.public, "Bob", MEMBER))
    with pytest.raises(NotPermitted, match="only an owner"):
        move(places.vault(places.open("file"), bob), places.open("git"), places.anchors)
    move(vault, places.open("git"), places.anchors)
    with pytest.raises(NotPermitted, match="only an owner"):
        bring_back(places.vault(places.open("file"), bob), places.open("git"), places.anchors)


def refused(vault: Vault, target: Store, anchors: AnchorFile, kind: type[NexcredError]) -> None:
    head = vault.state.sealed_head
    with pytest.raises(kind):
        plan_move(vault, target, anchors)
    with pytest.raises(kind):
        move(vault, target, anchors)
    with vault.store.read() as snapshot:
        assert snapshot.head() == head


def test_nothing_is_written_where_it_may_not_go(places: Places, tmp_path: Path) -> None:
    vault = founded(places, "file")
    refused(vault, places.open("file"), places.anchors, UsageError)
    other = places.open("bucket")
    open_new(other, seed=b"another seed of EXAMPLE, 32 byte")
    refused(vault, other, places.anchors, VaultExists)
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"no vault at all")
    refused(vault, SqliteStore(junk), places.anchors, Tampered)
    with places.open("file").read() as snapshot:
        copy_vault(snapshot, tmp_path / "copy.db")
    refused(vault, SqliteStore(tmp_path / "copy.db"), places.anchors, Conflict)
    gone = tmp_path / "gone.db"
    places.vault(SqliteStore(gone), found(SqliteStore(gone), seed=b"a third seed of EXAMPLE, 32 byte"))
    gone.unlink()
    refused(vault, SqliteStore(gone), places.anchors, Replaced)
    long = tmp_path.joinpath(*["x" * 200] * 3, "vault.db")
    refused(vault, SqliteStore(long), places.anchors, UsageError)


def test_an_older_copy_is_replaced_and_one_that_went_another_way_is_not(places: Places, tmp_path: Path) -> None:
    vault = founded(places, "file")
    older, forked = tmp_path / "older.db", tmp_path / "forked.db"
    with places.open("file").read() as snapshot:
        copy_vault(snapshot, older)
        copy_vault(snapshot, forked)
    add(Vault(SqliteStore(forked), vault.identity), "fork")
    add(vault, "two")
    refused(vault, SqliteStore(forked), places.anchors, Conflict)
    refused(Vault(SqliteStore(older), vault.identity), places.open("file"), places.anchors, Conflict)
    before = everything(vault)
    assert everything(move(vault, SqliteStore(older), places.anchors).vault) == before


def test_what_is_damaged_is_left_behind_and_the_rest_goes(places: Places) -> None:
    store = MemoryStore()
    vault = open_new(store)
    for name in ("one", "two"):
        add(vault, name)
    spoilt = next(name for name, sealed in store.tables.items.items() if len(sealed) > 600)
    store.tables.items[spoilt] += b"x"
    faults = len(vault.verify().faults)
    done = move(vault, places.open("file"), places.anchors)
    assert done.copied is not None
    assert (done.copied.records, done.copied.spoilt) == (3, 1)
    assert len(done.vault.verify().faults) == faults == 1


class Changing(MemoryStore):
    """Takes a whole vault, and keeps something else."""

    def __init__(self, spoil: Callable[[MemoryStore], object]) -> None:
        super().__init__()
        self._spoil = spoil

    @property
    def location(self) -> str:
        return "memory:changing"

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        done = super().commit(change, expected_head)
        self._spoil(self)
        return done


@pytest.mark.parametrize(
    "spoil",
    [
        lambda store: store.tables.items.popitem(),
        lambda store: store.tables.items.update(dict.fromkeys(store.tables.items, b"x")),
        lambda store: store.tables.leaves.popitem(),
        lambda store: setattr(store.tables, "chain", (b"x",)),
        lambda store: setattr(store.tables, "roster", store.tables.roster[:-1]),
    ],
)
def test_it_does_not_arrive_where_anything_is_missing(places: Places, spoil: Callable[[MemoryStore], object]) -> None:
    vault, target = founded(places, "file"), Changing(spoil)
    with pytest.raises(Tampered):
        move(vault, target, places.anchors)
    assert vault.state.roster.moved_to == target.location
    assert len(Vault(places.open("file"), vault.identity).names()) == 1
