"""A vault moves whole, lives at one place at a time, and is nowhere lost when a move is cut short."""

from itertools import count, permutations
from pathlib import Path

import pytest

from nexcred.errors import (
    MovedAway,
    NexcredError,
    UsageError,
)
from nexcred.local.anchors import AnchorFile
from nexcred.services.vaults.move import bring_back, move
from nexcred.stores.copy import copy_vault
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.moving import KINDS, Died, Dying, Places, deaths, founded, lives, places
from tests.support.sample_vault import NOW, add, everything, fill, update

__all__ = ["places"]


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
