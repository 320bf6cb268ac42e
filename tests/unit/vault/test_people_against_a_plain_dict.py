"""A vault of several people does what a plain model does: who holds what, who left, who writes, what a thief gets."""

import os

import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import run_state_machine_as_test as run_machine

from tests.unit.vault.people.machine import PeopleMachine
from tests.unit.vault.people.owners import OwnersMachine
from tests.unit.vault.people.thief import ThiefMachine

STEPS = 25
EXAMPLES = int(os.environ.get("NEXCRED_PEOPLE_EXAMPLES", "40"))
"""Each example is up to 25 steps; `make soak` sets more of them."""


@pytest.mark.parametrize("machine", [PeopleMachine, OwnersMachine, ThiefMachine])
def test_people_against_a_plain_model(machine: type[RuleBasedStateMachine]) -> None:
    run_machine(machine, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None))
