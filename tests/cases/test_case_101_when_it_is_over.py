"""Case 101: no member ends what lies in the trash before its days are over, or holds up a write by it."""

from datetime import UTC, datetime, timedelta

import pytest

from nexcred.vault.trash import KEPT
from nexcred.vault.vault import Vault
from tests.support.lying_member import throw_away
from tests.support.sample_vault import NOW, add, remove
from tests.support.trash import People, at, in_trash, people, take_out, use_weekly

__all__ = ["people"]


def used_by(people: People, vault: Vault, first: datetime, last: datetime) -> None:
    use_weekly(lambda now: at(people, vault, now), first, last)


@pytest.mark.parametrize("year", [1, 9999])
def test_case_101_no_date_that_a_member_writes_ends_it_early_or_stops_a_write(people: People, year: int) -> None:
    throw_away(people.mallory, "prod", datetime(year, 12, 31, 23, tzinfo=UTC))
    assert in_trash(people.ada) == ["prod"]
    later = at(people, people.ada, NOW + KEPT - timedelta(minutes=1))
    add(later, "new")
    assert in_trash(later) == ["prod"]
    used_by(people, people.ada, NOW + KEPT, NOW + 2 * KEPT)
    much_later = at(people, people.ada, NOW + 2 * KEPT)
    add(much_later, "newer")
    assert in_trash(much_later) == (["prod"] if year == 9999 else [])


def test_case_101_the_days_are_over_for_who_added_it_and_for_owners_alone(people: People) -> None:
    add(people.mallory, "his")
    remove(people.mallory, "his")
    remove(people.bob, "prod")
    after = NOW + KEPT
    for one in (people.bob, people.mallory):
        used_by(people, one, NOW, after)
    bob = at(people, people.bob, after)
    add(bob, "a write of somebody else")
    assert in_trash(bob) == ["prod"]
    mallory = at(people, people.mallory, after)
    add(mallory, "a write of who added one")
    assert (in_trash(mallory), in_trash(bob)) == ([], ["prod"])
    ada = at(people, people.ada, after)
    assert in_trash(ada) == ["prod"]  # which she sees for the first time
    add(ada, "too early for her")
    assert in_trash(ada) == ["prod"]
    used_by(people, people.ada, after, after + KEPT)
    much_later = at(people, people.ada, after + KEPT)
    add(much_later, "a write of an owner")
    assert in_trash(much_later) == []
    assert not much_later.verify().faults
    assert "EXAMPLE-prod" not in str(much_later.trash())


def test_case_101_what_was_taken_out_and_removed_again_begins_anew(people: People) -> None:
    remove(people.ada, "prod")
    used_by(people, people.ada, NOW, NOW + KEPT)
    later = at(people, people.ada, NOW + KEPT - timedelta(days=1))
    take_out(later, "prod")
    remove(later, "prod")
    after = at(people, people.ada, NOW + KEPT + timedelta(days=1))
    add(after, "a write")
    assert in_trash(after) == ["prod"]
    used_by(people, people.ada, NOW + KEPT, NOW + 2 * KEPT)
    last = at(people, people.ada, NOW + 2 * KEPT)
    add(last, "another write")
    assert in_trash(last) == []


@pytest.mark.parametrize("writes", [1, 2, 5])
def test_case_101_a_clock_that_is_years_ahead_ends_nothing(people: People, writes: int) -> None:
    """Nor do many writes by it; when it is right again, the days count on from where they were."""
    remove(people.ada, "prod")
    used_by(people, people.ada, NOW, NOW + timedelta(days=14))
    for number in range(writes):
        ahead = at(people, people.ada, NOW + timedelta(days=3650, minutes=number))
        add(ahead, f"by a wrong clock {number}")
        assert in_trash(ahead) == ["prod"]
    right = NOW + timedelta(days=14, hours=1)
    add(at(people, people.ada, right), "by the right one")
    assert in_trash(at(people, people.ada, right)) == ["prod"]
    used_by(people, people.ada, right, right + timedelta(days=8))
    early = at(people, people.ada, right + timedelta(days=8))
    add(early, "early")
    assert in_trash(early) == ["prod"]
    used_by(people, people.ada, right + timedelta(days=8), NOW + KEPT)
    after = at(people, people.ada, NOW + KEPT)
    add(after, "after")
    assert in_trash(after) == []


def test_case_101_a_clock_that_was_years_behind_ends_nothing_when_it_is_right(people: People) -> None:
    before = at(people, people.ada, NOW - timedelta(days=3650))
    remove(before, "prod")
    for day in range(2):
        after = at(people, people.ada, NOW + timedelta(days=day))
        add(after, f"by the right clock {day}")
        assert in_trash(after) == ["prod"]
