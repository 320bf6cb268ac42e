"""A vault of several people does what a model says: who may know what, whatever is done, forged or rolled back."""

import os

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.vault.people.storage import StorageMachine

# `make soak` asks for more.
EXAMPLES = int(os.environ.get("NEXCRED_PEOPLE_EXAMPLES", "60"))


def test_no_secret_reaches_anybody_whom_the_model_does_not_name() -> None:
    chosen = settings(max_examples=EXAMPLES, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(StorageMachine, settings=chosen)
