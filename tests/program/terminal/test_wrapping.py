import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from typing import TextIO

import pyte
import pytest

from nexcred.cli.terminal.wrapping import READABLE, room_on, told_lines, wrapped
from tests.support.opened import Opened
from tests.support.terminal import Typed, lines_of, play

TEXT = "In a header of its own, such as X-API-Key, behind nexcred add --allow-host and a word other than Bearer."


@pytest.fixture
def screen() -> Iterator[TextIO]:
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as stream:
        yield stream
    os.close(master)


def widen(stream: TextIO, columns: int) -> None:
    fcntl.ioctl(stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))


@pytest.mark.parametrize(("columns", "room"), [(44, 44), (200, READABLE), (3, 24), (0, READABLE)])
def test_prose_is_as_wide_as_the_terminal_and_readable(screen: TextIO, columns: int, room: int) -> None:
    widen(screen, columns)
    assert room_on(screen) == room


def test_a_pipe_has_no_width() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        assert room_on(stream) == READABLE


def test_what_is_told_ends_before_the_terminal_does(screen: TextIO) -> None:
    widen(screen, 40)
    lines = told_lines(TEXT, screen, hang=3)
    assert max(map(len, lines)) <= 40
    assert lines[0].startswith("  In a")
    assert all(line.startswith("     ") for line in lines[1:])


def test_words_that_are_copied_stay_whole() -> None:
    words = {word for line in wrapped(f"{TEXT} http://127.0.0.1:41789/callback", room=24) for word in line.split()}
    assert {"X-API-Key,", "--allow-host", "http://127.0.0.1:41789/callback"} <= words


def test_prompts_on_a_narrow_terminal_break_between_words(opened: Opened) -> None:
    environment = {**opened.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(50, 60)
    typed = [Typed("Name", "\r"), Typed("Description", "\r"), Typed("Account ID", "?\r"), Typed("Account ID", "\x03")]
    ended = play(opened.command("add", "aventri"), typed, screen, environment=environment, folder=opened.home)
    assert ended.code == 130
    shown = lines_of(screen)
    assert "  4. Copy your Account ID." in shown
    third = next(place for place, line in enumerate(shown) if line.startswith("  3. Find"))
    assert shown[third + 1].startswith("     ")
