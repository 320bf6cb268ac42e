"""A vault of several people does what a model says: who may know what, whatever is done, forged or rolled back."""

import os
import time

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.unit.vault.people.storage import StorageMachine

# `make soak` goes on for so long.
SECONDS = float(os.environ.get("NEXCRED_PEOPLE_SECONDS", "0"))
SETTINGS = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_no_secret_reaches_anybody_whom_the_model_does_not_name() -> None:
    end = time.monotonic() + SECONDS
    run_state_machine_as_test(StorageMachine, settings=SETTINGS)
    while time.monotonic() < end:
        run_state_machine_as_test(StorageMachine, settings=SETTINGS)
