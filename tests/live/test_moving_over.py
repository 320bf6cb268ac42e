"""A person moves over in one sitting, finds each again, loses one and has it back: as it is written."""

from pathlib import Path

from scripts.pages import differences, run_page

STORY = Path(__file__).with_name("moving_over.md")


def test_a_person_moves_over_in_one_sitting() -> None:
    told = STORY.read_text()
    assert differences(told, run_page(told, MASTER="correct horse battery EXAMPLE")) == []
