"""Case 101: no member ends what lies in the trash before its days are over, or holds up a write by it."""

from datetime import UTC, datetime, timedelta

import pytest

from nexcred.vault.trash import KEPT
from tests.support.lying_member import throw_away
from tests.support.sample_vault import NOW, add, remove
from tests.support.trash import People, at, in_trash, people, take_out

__all__ = ["people"]


@pytest.mark.parametrize("year", [1, 9999])
def test_case_101_no_date_that_a_member_writes_ends_it_early_or_stops_a_write(people: People, year: int) -> None:
    throw_away(people.mallory, "prod", datetime(year, 12, 31, 23, tzinfo=UTC))
    assert in_trash(people.ada) == ["prod"]
    later = at(people, people.ada, NOW + KEPT - timedelta(minutes=1))
    add(later, "new")
    assert in_trash(later) == ["prod"]
    much_later = at(people, people.ada, NOW + 2 * KEPT)
    add(much_later, "newer")
    assert in_trash(much_later) == (["prod"] if year == 9999 else [])


def test_case_101_the_days_are_over_for_who_added_it_and_for_owners_alone(people: People) -> None:
    add(people.mallory, "his")
    remove(people.mallory, "his")
    remove(people.bob, "prod")
    after = NOW + KEPT
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
    much_later = at(people, people.ada, after + KEPT)
    add(much_later, "a write of an owner")
    assert in_trash(much_later) == []
    assert not much_later.verify().faults
    assert "EXAMPLE-prod" not in str(much_later.trash())


def test_case_101_what_was_taken_out_and_removed_again_begins_anew(people: People) -> None:
    remove(people.ada, "prod")
    later = at(people, people.ada, NOW + KEPT - timedelta(days=1))
    take_out(later, "prod")
    remove(later, "prod")
    after = at(people, people.ada, NOW + KEPT + timedelta(days=1))
    add(after, "a write")
    assert in_trash(after) == ["prod"]
    last = at(people, people.ada, NOW + 2 * KEPT)
    add(last, "another write")
    assert in_trash(last) == []
