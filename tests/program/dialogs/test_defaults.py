"""A default is replaced by typing, and kept to be edited by the arrow to the right."""

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import Typed, lines_of, play


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("events", "events"),
        ("x", "x"),
        ("\x1b[C-2", "aventri-2"),
        ("\x05-2", "aventri-2"),
        ("\x7f\x7f", "avent"),
        ("\x1b[D\x1b[Dx", "aventxri"),
        ("\x1b[200~pasted name\x1b[201~", "pasted name"),
        ("", "aventri"),
    ],
)
def test_what_is_typed_takes_the_place_of_the_default(opened: Opened, typed: str, name: str) -> None:
    environment = {**opened.environment, "TERM": "xterm"}
    environment.pop("NEXCRED_NO_INPUT", None)
    screen = pyte.Screen(80, 24)
    questions = [Typed("Name", f"{typed}\r"), Typed("Description", "\x03")]
    ended = play(opened.command("add", "aventri"), questions, screen, environment=environment, folder=opened.home)
    assert ended.code == 130
    assert any(line.split("Name", 1)[1].strip() == name for line in lines_of(screen) if line.startswith("› Name"))
