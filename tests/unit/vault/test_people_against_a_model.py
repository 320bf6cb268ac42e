"""A vault of several people does what a model says: who may know what, whatever is done, forged, lost or rolled back.

With NEXCRED_PEOPLE_SECONDS in the environment it goes on for so long.
"""

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.vault.people.thief import ThiefMachine


def test_no_secret_reaches_anybody_whom_the_model_does_not_name() -> None:
    run_state_machine_as_test(ThiefMachine, settings=settings(max_examples=10, stateful_step_count=50, deadline=None))
