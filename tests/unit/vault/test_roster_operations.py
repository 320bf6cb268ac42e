"""What each operation of the roster does, and who may sign it: proved on reading, whatever a program has written."""

from collections.abc import Mapping

import pytest

from nexcred.errors import InvalidData, MadeByNewer, Tampered
from nexcred.vault.primitives import digest, label
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER, Seen, read_roster
from nexcred.vault.roster_entry import hash_entry
from nexcred.vault.roster_records import Ended, write_unshared
from tests.support.first_format import first_add, first_roster
from tests.support.roster_entries import ADA, BOB, CYD, EVE, NEW, TEAM_BODY, after, signed, then, two

RECORD = b"r" * 16
OF_OWNERS: dict[str, Mapping[str, object]] = {
    "add": {"op": "add", "name": "Eve", "role": MEMBER},
    "remove": {"op": "remove"},
    "role": {"op": "role", "role": OWNER},
    "team": TEAM_BODY,
    "restored": {"op": "restored", "generation": 9, "head": "00" * 32},
    "moved": {"op": "moved", "url": "s3://there"},
    "settings": {"op": "settings", "key": "expiry", "value": 90},
    "unshare": {"op": "unshare", **write_unshared([Ended(RECORD, 3)], ())},
}


@pytest.mark.parametrize("operation", OF_OWNERS)
def test_an_owner_may_do_it(operation: str) -> None:
    roster, about = two(MEMBER), EVE.public if operation == "add" else BOB.public
    assert then(roster, ADA, OF_OWNERS[operation], about).length == 3


@pytest.mark.parametrize("operation", OF_OWNERS)
@pytest.mark.parametrize("role", [MEMBER, READER, GUEST])
def test_nobody_else_may(role: str, operation: str) -> None:
    roster, about = two(role), EVE.public if operation == "add" else BOB.public
    with pytest.raises(Tampered, match="may not"):
        then(roster, BOB, OF_OWNERS[operation], about)


@pytest.mark.parametrize("operation", OF_OWNERS)
def test_nobody_may_in_an_owners_name(operation: str) -> None:
    roster, about = two(MEMBER), EVE.public if operation == "add" else BOB.public
    forged = signed(roster, BOB, OF_OWNERS[operation], about=about, named=ADA.fingerprint)
    with pytest.raises(Tampered, match="not signed by who it names"):
        after(roster, forged)


@pytest.mark.parametrize("operation", OF_OWNERS)
def test_who_left_or_never_was_there_may_do_nothing(operation: str) -> None:
    gone = then(two(OWNER), ADA, {"op": "remove"}, BOB.public)
    for who in (BOB, EVE):
        with pytest.raises(Tampered, match="may not"):
            then(gone, who, OF_OWNERS[operation], CYD.public)


def test_a_signature_that_was_verified_before_is_not_verified_again() -> None:
    """Only below what a machine has seen, and only when the hashes lead there."""
    roster = two(MEMBER)
    spoilt = roster.entries[1][:-1] + bytes([roster.entries[1][-1] ^ 1])
    entries = (roster.entries[0], spoilt)
    seen = Seen(2, hash_entry(spoilt))
    assert read_roster(entries, seen).length == 2
    for other in (None, Seen(1, roster.hashes[0]), Seen(2, roster.hashes[1]), Seen(3, hash_entry(spoilt))):
        with pytest.raises(Tampered):
            read_roster(entries, other)


# format


def test_the_founder_says_which_version_a_new_vault_is_of() -> None:
    assert not two(MEMBER).is_first_format
    assert first_roster(ADA).is_first_format


def test_an_owner_takes_a_roster_to_version_2_once() -> None:
    first = first_add(first_roster(ADA), ADA, BOB.public, "Bob", MEMBER)
    body = {"op": "format", "format": 2}
    with pytest.raises(Tampered, match="may not"):
        then(first, BOB, body)
    second = then(first, ADA, body)
    assert not second.is_first_format
    for roster in (second, two(MEMBER)):
        with pytest.raises(Tampered, match="where it may not"):
            then(roster, ADA, body)


@pytest.mark.parametrize("said", [3, 0, "2", True, 2.0, None, [2]])
def test_another_version_is_of_a_newer_nexcred(said: object) -> None:
    first = first_roster(ADA)
    with pytest.raises((MadeByNewer, Tampered)):
        then(first, ADA, {"op": "format", "format": said})


@pytest.mark.parametrize("operation", ["role", "team", "restored", "settings", "until"])
def test_version_1_knows_no_operation_of_version_2(operation: str) -> None:
    with pytest.raises(MadeByNewer):
        then(first_roster(ADA), ADA, {"op": operation})


@pytest.mark.parametrize("operation", ["found", "dance", ""])
def test_an_operation_that_is_not_known_is_of_a_newer_nexcred(operation: str) -> None:
    with pytest.raises(MadeByNewer):
        then(two(MEMBER), ADA, {"op": operation})


# roles, and until when


@pytest.mark.parametrize("role", [OWNER, MEMBER, READER, GUEST])
def test_somebody_gets_another_role_and_stays_who_he_is(role: str) -> None:
    changed = then(two(MEMBER), ADA, {"op": "role", "role": role}, BOB.public)
    assert changed.members[BOB.fingerprint].role == role
    assert changed.members[BOB.fingerprint].full_name == "Bob"


@pytest.mark.parametrize("role", ["king", "", 7, None])
def test_an_unknown_role_is_damage(role: object) -> None:
    with pytest.raises(Tampered, match="damaged"):
        then(two(MEMBER), ADA, {"op": "role", "role": role}, BOB.public)


def test_a_vault_keeps_an_owner() -> None:
    for body in ({"op": "role", "role": MEMBER}, {"op": "remove"}):
        with pytest.raises(Tampered, match="without an owner"):
            then(two(MEMBER), ADA, body, ADA.public)
        assert then(two(OWNER), BOB, body, ADA.public).length == 3


def test_a_guest_may_have_an_end_and_nobody_else() -> None:
    guest = then(two(MEMBER), ADA, {"op": "add", "name": "ci", "role": GUEST, "until_ms": 5_000}, CYD.public)
    assert guest.members[CYD.fingerprint].until_ms == 5_000
    later = then(guest, ADA, {"op": "until", "until_ms": 9_000}, CYD.public)
    assert later.members[CYD.fingerprint].until_ms == 9_000
    assert then(later, ADA, {"op": "until"}, CYD.public).members[CYD.fingerprint].until_ms is None
    with pytest.raises(Tampered, match="no guest"):
        then(guest, ADA, {"op": "until", "until_ms": 9_000}, BOB.public)
    with pytest.raises(Tampered, match="may not"):
        then(guest, BOB, {"op": "until", "until_ms": 9_000}, CYD.public)
    for wrong in (-1, 2**62, "5", True, 5.0):
        with pytest.raises(Tampered, match="damaged"):
            then(guest, ADA, {"op": "until", "until_ms": wrong}, CYD.public)


@pytest.mark.parametrize("operation", ["remove", "role", "until", "team-add"])
def test_an_entry_about_who_is_not_there_is_damage(operation: str) -> None:
    team = then(two(MEMBER), ADA, TEAM_BODY)
    body = {"op": operation, "role": MEMBER, "team": next(iter(team.teams)).hex()}
    gone = then(team, ADA, {"op": "remove"}, BOB.public)
    for about in (EVE.public, BOB.public):
        with pytest.raises(Tampered, match="what is not there"):
            then(gone, ADA, body, about)


# teams


def test_a_team_has_an_id_that_is_never_used_again() -> None:
    roster = two(MEMBER)
    entry = signed(roster, ADA, TEAM_BODY)
    first = after(roster, entry)
    (team,) = first.teams
    assert team == digest(label("team"), hash_entry(entry))[:16]
    ended = then(first, ADA, {"op": "team-remove", "team": team.hex(), "whole": True})
    assert ended.teams == {}
    again = then(ended, ADA, TEAM_BODY)
    assert team not in again.teams


def test_members_come_into_a_team_and_leave_it() -> None:
    roster = then(two(MEMBER), ADA, TEAM_BODY)
    (team,) = roster.teams
    joined = then(roster, ADA, {"op": "team-add", "team": team.hex()}, BOB.public)
    assert joined.teams[team].members == {BOB.fingerprint}
    left = then(joined, ADA, {"op": "team-remove", "team": team.hex()}, BOB.public)
    assert left.teams[team].members == frozenset()


def test_case_83_who_leaves_the_vault_leaves_its_teams_for_good() -> None:
    roster = then(two(MEMBER), ADA, TEAM_BODY)
    (team,) = roster.teams
    joined = then(roster, ADA, {"op": "team-add", "team": team.hex()}, BOB.public)
    gone = then(joined, ADA, {"op": "remove"}, BOB.public)
    assert gone.teams[team].members == frozenset()
    again = then(gone, ADA, {"op": "add", "name": "Bob", "role": MEMBER}, NEW.public)
    assert again.teams[team].members == frozenset()


@pytest.mark.parametrize("team", ["00" * 16, "00", "zz" * 16, 7, None])
def test_a_team_that_is_not_there_is_damage(team: object) -> None:
    for operation in ("team-add", "team-remove"):
        with pytest.raises(Tampered):
            then(two(MEMBER), ADA, {"op": operation, "team": team}, BOB.public)


def test_what_is_more_than_a_row_holds_is_not_signed() -> None:
    with pytest.raises(InvalidData, match="more than one entry"):
        two(MEMBER).append(ADA, EVE.public, {"op": "add", "name": "E" * 5_000, "role": MEMBER})
