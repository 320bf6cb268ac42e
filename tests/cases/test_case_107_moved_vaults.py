"""Case 107: who is no owner moves nothing, and whoever keeps the bytes makes no left place live, and no old one new."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.errors import MovedAway, NexcredError, NotPermitted, RolledBack, Tampered
from nexcred.local.anchors import AnchorFile
from nexcred.services.vaults.move import move
from nexcred.stores.copy import copy_vault
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.roster import GUEST, MEMBER, READER, Roster, read_roster
from nexcred.vault.roster_entry import hash_entry, sign_entry
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.moving import Places
from tests.support.sample_vault import NOW, add, open_new, update

EVIL = "s3://mallorys-bucket/vault"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture
def ada(places: Places) -> Vault:
    store = places.open("file")
    vault = places.vault(store, open_new(store).identity)
    add(vault, "prod", "EXAMPLE-1")
    return vault


def joined(ada: Vault, places: Places, role: str, name: str = "Mal") -> Vault:
    identity = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(identity.public, name, role))
    store = places.open("file")
    return Vault(store, identity, checkpoint=ada.checkpoint(identity.fingerprint) if role == GUEST else None)


def copied(places: Places, kind: str, path: Path) -> SqliteStore:
    with places.open(kind).read() as snapshot:
        copy_vault(snapshot, path)
    return SqliteStore(path)


def write_as_nobody_may(vault: Vault, operation: str, url: str) -> None:
    """Write an entry whoever signs it, as no honest program does."""
    with vault.store.write() as snapshot:
        copy = Transaction(vault.state, snapshot, now=NOW)
        roster, author = copy.roster, copy.author
        place = (roster.vault_id, roster.length, roster.last_hash)
        entry = sign_entry(author, copy.me, *place, author.public, {"op": operation, "url": url})
        copy.take_move(Roster(roster._replay, (*roster.entries, entry), (*roster.hashes, hash_entry(entry))))
        assert vault.store.commit(copy.finish(NOW), vault.state.sealed_head)


@pytest.mark.parametrize("operation", ["moved", "arrived"])
def test_case_107_a_member_neither_moves_the_vault_nor_lets_it_arrive(
    ada: Vault, places: Places, operation: str
) -> None:
    mal = joined(ada, places, MEMBER)
    with pytest.raises(NotPermitted):
        move(mal, places.open("bucket"), places.anchors)
    ada_again = places.vault(places.open("file"), ada.identity)
    mal = Vault(places.open("file"), mal.identity)
    write_as_nobody_may(mal, operation, EVIL)
    with pytest.raises(Tampered, match="may not do that"):
        ada_again.names()
    warned: list[str] = []
    with pytest.raises(Tampered):
        Vault(places.open("file"), ada.identity, warn=warned.append)
    assert not any(EVIL in one for one in warned)  # and nobody is led there


@pytest.mark.parametrize("role", [READER, GUEST])
def test_case_107_nor_does_anybody_who_only_reads(ada: Vault, places: Places, role: str) -> None:
    other = joined(ada, places, role)
    with pytest.raises(NotPermitted):
        move(other, places.open("bucket"), places.anchors)


def test_case_107_the_old_place_put_back_in_the_new_one_is_a_rollback(
    ada: Vault, places: Places, tmp_path: Path
) -> None:
    before = copied(places, "file", tmp_path / "before.db").path.read_bytes()
    new = SqliteStore(tmp_path / "new.db")
    moved = move(ada, new, places.anchors).vault
    on_the_way = places.open("file").path
    assert on_the_way is not None
    update(moved, "prod", "EXAMPLE-2")
    for old in (before, on_the_way.read_bytes()):
        new.path.write_bytes(old)
        with pytest.raises(RolledBack):
            places.vault(SqliteStore(new.path), ada.identity)


def test_case_107_the_old_place_without_its_last_entry_is_never_written_to(
    ada: Vault, places: Places, tmp_path: Path
) -> None:
    path = places.open("file").path
    assert path is not None
    before = copied(places, "file", tmp_path / "before.db").path.read_bytes()
    bare = ada.identity.bind(ada.vault_id, None)
    moved = move(ada, places.open("bucket"), places.anchors).vault
    add(moved, "later")
    path.write_bytes(before)
    with pytest.raises(RolledBack):  # this machine saw it leave, and where
        add(places.vault(places.open("file"), bare), "here")
    other = AnchorFile(tmp_path / "other", warn=pytest.fail)  # and one that knows the new place alone
    assert places.vault(places.open("bucket"), bare, anchors=other).names() == ["later", "prod"]
    with pytest.raises(RolledBack):
        places.vault(places.open("file"), bare, anchors=other)


def test_case_107_what_left_is_read_and_not_written_to_wherever_it_is_copied(
    ada: Vault, places: Places, tmp_path: Path
) -> None:
    moved = move(ada, places.open("bucket"), places.anchors).vault
    third = copied(places, "file", tmp_path / "third.db")
    vault = Vault(third, ada.identity)
    assert vault.names() == ["prod"]
    writes: list[Callable[[], object]] = [
        lambda: add(vault, "here"),
        lambda: update(vault, "prod", "EXAMPLE-9"),
        lambda: vault.edit(lambda edit: edit.remove(edit.find("prod"))),
        lambda: vault.edit(lambda edit: edit.set_slots(())),
        lambda: vault.change(Transaction.write_head),
        lambda: vault.edit(lambda edit: edit.rekey(Identity.generate().bind(vault.vault_id, vault.floor), ())),
        vault.require_writable,
    ]
    for write in writes:
        with pytest.raises(MovedAway):
            write()
    assert vault.state.sealed_head != moved.state.sealed_head
    assert Vault(third, ada.identity).generation == vault.generation


def test_case_107_an_owner_lets_it_arrive_at_a_third_place_and_both_are_told(
    ada: Vault, places: Places, tmp_path: Path
) -> None:
    """By a program of the owner's own: the two places have parted, and no machine goes on with both."""
    bare = ada.identity.bind(ada.vault_id, None)
    moved = move(ada, places.open("bucket"), places.anchors).vault
    third = copied(places, "file", tmp_path / "third.db")
    write_as_nobody_may(Vault(third, bare), "arrived", third.location)
    add(Vault(third, bare), "there")
    add(moved, "here")
    for anchors, place in ((places.anchors, third), (AnchorFile(tmp_path / "other", warn=pytest.fail), None)):
        if place is None:
            assert "there" in places.vault(third, bare, anchors=anchors).names()
        with pytest.raises(NexcredError) as refusal:
            places.vault(place or places.open("bucket"), bare, anchors=anchors)
        assert refusal.value.exit_code == 9


def test_case_107_what_a_place_is_called_is_shown_and_moves_no_cursor(ada: Vault, places: Places) -> None:
    write_as_nobody_may(ada, "moved", "s3://x/\x1b[2J\u202e")
    warned: list[str] = []
    vault = Vault(places.open("file"), ada.identity, warn=warned.append)
    assert vault.state.roster.moved_to is not None
    assert not any("\x1b" in one or "\u202e" in one for one in warned)
    assert len(warned) == 1
    assert read_roster(vault.state.roster.entries).moved_to == vault.state.roster.moved_to
