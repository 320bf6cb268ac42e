"""Entries of the roster about backups, places and settings."""

import pytest

from nexcred.errors import Tampered
from nexcred.vault.roster import MEMBER
from nexcred.vault.roster_records import Least
from tests.support.roster_entries import ADA, BOB, TEAM_BODY, after, signed, then, two


def test_a_backup_that_was_brought_back_is_the_least_of_all_lists() -> None:
    roster = then(two(MEMBER), ADA, {"op": "restored", "generation": 70_000, "head": "ab" * 32})
    assert (roster.restored_generation, roster.restored_heads) == (70_000, (b"\xab" * 32,))
    assert roster.least_of(b"r" * 16) == Least(70_000)
    older = then(roster, ADA, {"op": "restored", "generation": 9, "head": "cd" * 32})
    assert (older.restored_generation, older.restored_heads) == (70_000, (b"\xab" * 32,))
    for wrong in ({"generation": -1}, {"generation": "9"}, {"head": "ab"}, {"head": None}):
        body = {"op": "restored", "generation": 80_000, "head": "ab" * 32, **wrong}
        with pytest.raises(Tampered, match="damaged"):
            then(two(MEMBER), ADA, body)


def test_a_vault_moves_and_arrives() -> None:
    moved = then(two(MEMBER), ADA, {"op": "moved", "url": "s3://there"})
    back = then(moved, ADA, {"op": "moved", "url": "keyring:"})
    assert (moved.moved_to, back.moved_to) == ("s3://there", "keyring:")
    for roster in (moved, back):
        assert then(roster, ADA, {"op": "arrived", "url": "keyring:"}).moved_to is None
        with pytest.raises(Tampered, match="may not"):
            then(roster, BOB, {"op": "arrived", "url": "keyring:"})
        forged = signed(roster, BOB, {"op": "arrived", "url": "keyring:"}, named=ADA.fingerprint)
        with pytest.raises(Tampered, match="not signed by who it names"):
            after(roster, forged)


def test_a_vault_that_did_not_move_does_not_arrive() -> None:
    arrived = {"op": "arrived", "url": "keyring:"}
    with pytest.raises(Tampered, match="not that it moved"):
        then(two(MEMBER), ADA, arrived)
    moved = then(two(MEMBER), ADA, {"op": "moved", "url": "s3://there"})
    with pytest.raises(Tampered, match="not that it moved"):
        then(then(moved, ADA, arrived), ADA, arrived)


@pytest.mark.parametrize("url", [None, 7, "", "x" * 513, "é" * 257, ["s3://there"]])
@pytest.mark.parametrize("operation", ["moved", "arrived"])
def test_a_place_that_is_none_is_damage(operation: str, url: object) -> None:
    moved = then(two(MEMBER), ADA, {"op": "moved", "url": "é" * 256})
    with pytest.raises(Tampered, match="damaged"):
        then(moved, ADA, {"op": operation, "url": url})


def test_of_a_setting_the_last_counts() -> None:
    roster = two(MEMBER)
    for value in (90, {"deep": [1]}, None):
        roster = then(roster, ADA, {"op": "settings", "key": "expiry", "value": value})
    assert dict(roster.settings) == {"expiry": None}


def test_what_is_added_is_shared_with_teams_that_are_there_and_no_other() -> None:
    roster = then(two(MEMBER), ADA, TEAM_BODY)
    (team,) = roster.teams
    assert roster.shared_by_default == ()
    wanted = {"op": "settings", "key": "share-with", "value": [team.hex(), "ab" * 16, team.hex()]}
    shared = then(roster, ADA, wanted)
    assert shared.shared_by_default == (team,)
    ended = then(shared, ADA, {"op": "team-remove", "team": team.hex(), "whole": True})
    again = then(ended, ADA, TEAM_BODY)
    assert ended.shared_by_default == again.shared_by_default == ()


@pytest.mark.parametrize("value", [None, 1, "", {"team": 1}, [1], [[]], ["ops"], [None, "x"], [{}], True])
def test_a_setting_that_holds_something_else_shares_with_nobody(value: object) -> None:
    roster = then(two(MEMBER), ADA, TEAM_BODY)
    (team,) = roster.teams
    roster = then(roster, ADA, {"op": "settings", "key": "share-with", "value": [team.hex()]})
    assert then(roster, ADA, {"op": "settings", "key": "share-with", "value": value}).shared_by_default == ()
    with_team = [team.hex(), value]
    expected = () if not isinstance(value, str) else (team,)
    assert then(roster, ADA, {"op": "settings", "key": "share-with", "value": with_team}).shared_by_default == expected
