"""What fuzzing once found stays refused, and what nexcred writes stays read."""

from pathlib import Path

import pytest

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"


def test_every_target_has_a_beginning() -> None:
    assert seeds().keys() == TARGETS.keys()


@pytest.mark.parametrize("name", TARGETS)
def test_what_nexcred_writes_is_read(name: str) -> None:
    for seed in seeds()[name]:
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
def test_what_was_found_once_is_read_or_refused(name: str) -> None:
    for find in sorted((CORPUS / name).glob("*")):
        TARGETS[name](find.read_bytes())
