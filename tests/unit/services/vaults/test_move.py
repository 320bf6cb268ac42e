"""A vault moves whole, lives at one place at a time, and is nowhere lost when a move is cut short."""

from collections.abc import Callable
from itertools import count, permutations
from pathlib import Path

import pytest

from nexcred.errors import (
    Conflict,
    MovedAway,
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
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.store import Change, Store
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.moving import KINDS, Died, Dying, Places, deaths
from tests.support.sample_vault import NOW, add, everything, fill, found, open_new, update

PASSPHRASE = "EXAMPLE of a passphrase"


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


@pytest.mark.parametrize(("here", "there"), [*permutations(KINDS, 2)])
def test_all_of_a_vault_is_at_the_new_place(places: Places, here: str, there: str) -> None:
    vault = founded(places, here)
    fill(vault)
    before, first = everything(vault), vault.anchor
    done = move(vault, places.open(there), places.anchors)
    assert done.copied is not None
    assert done.copied.spoilt == 0
    moved = places.vault(places.open(there), vault.identity)
    assert everything(moved) == before
    assert moved.vault_id == vault.vault_id
    assert moved.descends_from(first)
    assert moved.verify().faults == ()
    add(moved, "later")
    with pytest.raises(MovedAway):
        add(vault, "elsewhere")
    assert (lives(places, here, vault.identity), lives(places, there, vault.identity)) == (False, True)


@pytest.mark.parametrize(
    ("here", "there"), [("file", "git"), ("git", "bucket"), ("bucket", "keyring"), ("keyring", "file")]
)
def test_it_comes_home_over_what_it_left_there(places: Places, here: str, there: str) -> None:
    vault = founded(places, here)
    moved = move(vault, places.open(there), places.anchors).vault
    update(moved, "one", "EXAMPLE-2")
    before = everything(moved)
    home = move(moved, places.open(here), places.anchors).vault
    assert everything(places.vault(places.open(here), vault.identity)) == before == everything(home)
    assert (lives(places, here, vault.identity), lives(places, there, vault.identity)) == (True, False)


@pytest.mark.parametrize(("here", "there"), [("file", "bucket"), ("bucket", "keyring")])
@pytest.mark.parametrize(("number", "is_done"), [*deaths(3)])
@pytest.mark.parametrize("goes_on", [True, False], ids=["on", "back"])
def test_whatever_dies_is_gone_on_with_or_brought_back(
    places: Places, here: str, there: str, number: int, *, is_done: bool, goes_on: bool
) -> None:
    vault = founded(places, here)
    before, commits = everything(vault), count()

    def dies() -> bool:
        return next(commits) == number

    def dying(kind: str) -> Store:
        return Dying(places.open(kind), dies, is_done=is_done)

    with pytest.raises(Died):
        move(places.vault(dying(here), vault.identity), dying(there), places.anchors)
    assert not (lives(places, here, vault.identity) and lives(places, there, vault.identity))
    again = places.vault(places.open(here), vault.identity)
    has_arrived = (number, is_done) == (2, True)
    has_begun = (number, is_done) != (0, False)
    if goes_on:
        move(again, places.open(there), places.anchors)
    elif has_arrived or not has_begun:
        with pytest.raises(NexcredError):
            bring_back(again, places.open(there), places.anchors)
    else:
        bring_back(again, places.open(there), places.anchors)
    at, other = (there, here) if goes_on or has_arrived else (here, there)
    assert (lives(places, at, vault.identity), lives(places, other, vault.identity)) == (True, False)
    now = places.vault(places.open(at), vault.identity)
    assert everything(now) == before
    add(now, "later")


@pytest.mark.parametrize(("number", "is_done"), [*deaths(3)])
def test_coming_back_is_gone_on_with_too(places: Places, number: int, *, is_done: bool) -> None:
    vault = founded(places, "file")
    commits = count()
    target = Dying(places.open("bucket"), lambda: next(commits) == 1, is_done=False)
    with pytest.raises(Died):
        move(vault, target, places.anchors)
    back = count()

    def dying(kind: str) -> Store:
        return Dying(places.open(kind), lambda: next(back) == number, is_done=is_done)

    with pytest.raises(Died):
        bring_back(places.vault(dying("file"), vault.identity), dying("bucket"), places.anchors)
    again = places.vault(places.open("file"), vault.identity)
    if again.state.roster.moved_to is not None:
        bring_back(again, places.open("bucket"), places.anchors)
    assert lives(places, "file", vault.identity)
    assert not lives(places, "bucket", vault.identity)
    with places.open("file").read() as snapshot:
        assert len(snapshot.slots()) == 1  # and the passphrase opens it as before


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


def test_another_machine_reads_on_and_finds_its_place_in_the_past(places: Places, tmp_path: Path) -> None:
    vault = founded(places, "file")
    others = AnchorFile(tmp_path / "other", warn=pytest.fail)
    assert places.vault(places.open("file"), vault.identity, anchors=others).names() == ["one"]
    moved = move(vault, places.open("git"), places.anchors).vault
    add(moved, "two")
    warned: list[str] = []
    old = Vault(places.open("file"), vault.identity, warn=warned.append)
    assert (old.names(), len(warned)) == (["one"], 1)
    assert "this vault moved to git+file:" in warned[0]
    again = places.vault(places.open("git"), vault.identity, anchors=others)
    assert again.names() == ["one", "two"]
    place = places.anchors.place(places.open("file").location)
    assert place is not None
    assert place.moved_to == places.open("git").location


def test_where_it_cannot_be_seen_whether_it_arrived_the_vault_is_let_live_here(places: Places) -> None:
    vault = founded(places, "file")
    commits = count()
    with pytest.raises(Died):
        move(vault, Dying(places.open("git"), lambda: next(commits) == 0, is_done=False), places.anchors)
    bring_back(places.vault(places.open("file"), vault.identity), None, places.anchors)
    assert lives(places, "file", vault.identity)
    with pytest.raises(UsageError, match="did not move"):
        bring_back(places.vault(places.open("file"), vault.identity), None, places.anchors)


def test_two_copies_of_one_vault_that_both_live_are_a_fork(places: Places, tmp_path: Path) -> None:
    vault = founded(places, "file")
    kept, bare = tmp_path / "kept.db", vault.identity.bind(vault.vault_id, None)
    with places.open("file").read() as snapshot:
        copy_vault(snapshot, kept)
    moved = move(vault, places.open("git"), places.anchors).vault
    add(moved, "two")
    add(Vault(SqliteStore(kept), bare, now=lambda: NOW), "three")
    with pytest.raises(NexcredError) as refusal:
        add(places.vault(SqliteStore(kept), bare), "four")
    assert refusal.value.exit_code == 9
