"""A role of a real PostgreSQL is rotated by a program that is killed at every change of its vault, in a bucket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.model.probe import ProbeStatus
from tests.live.logging_in import log_in
from tests.live.postgresql import serving
from tests.live.rotating_logins import new_role, plain_values
from tests.support.killed import Rotating, rotating
from tests.support.standins.authority import Authority


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Rotating]:
    with rotating(tmp_path / "home") as case:
        yield case


def test_a_role_has_the_password_that_is_kept_wherever_the_program_was_killed(
    case: Rotating, authority: Authority
) -> None:
    with serving(authority) as (_, database):
        role = plain_values(new_role(database))
        case.add("postgres", role)
        moments, before = 0, role
        for moment in case.killed_everywhere():
            moments += 1
            kept = case.present()
            assert log_in("postgres", kept).status is ProbeStatus.ACCEPTED, moment
            if kept != before:
                assert log_in("postgres", before).status is ProbeStatus.REJECTED, moment
            before = kept
        assert moments > 8
        assert case.states()[:2] == ["present", "dead"]
