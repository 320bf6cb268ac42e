"""How much of the roster is whose: a member cannot fill it, and what ends a trouble has room left at the end."""

import pytest

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.access_list import READ, TO_MEMBER, AccessGrant, make_list
from nexcred.vault.ended_lists import EndedLists, with_ended_lists
from nexcred.vault.roster import MEMBER, OWNER, Roster, read_roster
from nexcred.vault.roster_changes import with_move, with_new_keys, without_member
from nexcred.vault.roster_records import MOST_RECORDS, Ended, write_unshared
from nexcred.vault.roster_replay import FOR_OWNERS, FOR_THE_END, MOST_ENTRIES, OF_ONE_MEMBER
from tests.support.roster_entries import ADA, BOB, CYD, NEW, after, filled, rekey_body, signed, then, two

MOVED: dict[str, object] = {"op": "moved", "url": "s3://there"}
SETTING = {"op": "settings", "key": "x", "value": 1}
BY_BOB = {"op": "unshare", **write_unshared([Ended(b"s" * 16, 3)], (), creator=BOB.fingerprint)}


@pytest.fixture(scope="module")
def nearly() -> Roster:
    """A roster of which only what is kept for owners is left."""
    roster = then(two(MEMBER), ADA, {"op": "add", "name": "Cyd", "role": OWNER}, CYD.public)
    return filled(roster, ADA, SETTING, MOST_ENTRIES - FOR_OWNERS - roster.length)


@pytest.fixture(scope="module")
def ending(nearly: Roster) -> Roster:
    """A roster of which only the very end is left."""
    return filled(nearly, ADA, SETTING, MOST_ENTRIES - FOR_THE_END - nearly.length)


def test_case_70_a_member_writes_so_much_and_no_more() -> None:
    full = filled(two(MEMBER), BOB, BY_BOB, OF_ONE_MEMBER)
    with pytest.raises(Tampered, match="more of the roster than a member may"):
        then(full, BOB, BY_BOB)
    with pytest.raises(NotPermitted, match="more of the roster than a member may"):
        full.append(BOB, BOB.public, BY_BOB)
    assert then(full, ADA, SETTING).length == full.length + 1
    assert then(full, ADA, {"op": "remove"}, BOB.public).length == full.length + 1


def test_a_member_moves_to_new_keys_once_in_any_case() -> None:
    full = filled(two(MEMBER), BOB, BY_BOB, OF_ONE_MEMBER)
    moved = then(full, BOB, rekey_body(full, BOB, NEW), NEW.public)
    with pytest.raises(Tampered, match="more of the roster"):
        then(moved, NEW, rekey_body(moved, NEW, CYD), CYD.public)


def test_new_keys_bring_no_more_room() -> None:
    half = filled(two(MEMBER), BOB, BY_BOB, OF_ONE_MEMBER)
    moved = then(half, BOB, rekey_body(half, BOB, NEW), NEW.public)
    with pytest.raises(Tampered, match="more of the roster"):
        then(moved, NEW, BY_BOB)


def test_case_70_fifteen_thousand_lists_end_in_few_entries() -> None:
    roster = two(MEMBER)
    ended = [
        EndedLists(
            make_list(
                BOB,
                BOB.fingerprint,
                roster.vault_id,
                version=2,
                grants=[AccessGrant(TO_MEMBER, BOB.fingerprint, READ)],
                creator=BOB.fingerprint,
                salt=number.to_bytes(16, "big"),
            ),
            (CYD.fingerprint,),
        )
        for number in range(15_000)
    ]
    done = with_ended_lists(roster, BOB, ended)
    assert done.length - roster.length == -(-15_000 // MOST_RECORDS) < OF_ONE_MEMBER
    assert {done.least_of(one.access.record_id).version for one in ended} == {2}
    assert read_roster(done.entries).hashes == done.hashes


def test_case_70_of_a_roster_that_is_nearly_full_the_rest_is_for_owners(nearly: Roster) -> None:
    with pytest.raises(Tampered, match="last entries are for owners"):
        then(nearly, BOB, BY_BOB)
    with pytest.raises(NotPermitted, match="last entries are for owners"):
        nearly.append(BOB, BOB.public, BY_BOB)
    assert with_new_keys(nearly, BOB, NEW).length == nearly.length + 1
    assert then(nearly, ADA, SETTING).length == nearly.length + 1


def test_case_70_the_very_end_is_for_who_leaves_and_for_a_backup(ending: Roster) -> None:
    assert ending.length == MOST_ENTRIES - FOR_THE_END
    for signer, body in ((ADA, SETTING), (BOB, rekey_body(ending, BOB, NEW)), (ADA, BY_BOB)):
        with pytest.raises(Tampered, match="who leaves, and for a backup or a move"):
            after(ending, signed(ending, signer, body, about=NEW.public))
    restored = {"op": "restored", "generation": 70_000, "head": "ab" * 32}
    bodies: list[dict[str, object]] = [restored, MOVED, {"op": "remove"}]
    for body in bodies:
        assert then(ending, ADA, body, BOB.public).length == ending.length + 1
    assert then(then(ending, ADA, MOVED), ADA, {**MOVED, "op": "arrived"}).moved_to is None
    assert without_member(ending, ADA, BOB.fingerprint).members.keys() == {ADA.fingerprint, CYD.fingerprint}


def test_a_roster_that_is_full_takes_nothing_more(ending: Roster) -> None:
    full = filled(ending, ADA, MOVED, FOR_THE_END)
    assert full.length == MOST_ENTRIES
    assert not full.may_append()
    with pytest.raises(NotPermitted, match="full"):
        full.append(ADA, ADA.public, MOVED)
    nearly_full = filled(ending, ADA, MOVED, FOR_THE_END - 2)
    with pytest.raises(NotPermitted, match="would not get there"):
        with_move(nearly_full, ADA, "s3://there")
    with pytest.raises(Tampered, match="more entries than can be"):
        read_roster((*full.entries, full.entries[-1]))
