import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from typing import TextIO

import pyte
import pytest
from rich.cells import cell_len

from nexcred.cli.terminal.wrapping import READABLE, cells, room_on, told_lines, wrapped
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


def test_letters_whose_width_is_known_are_as_wide_as_they_are_drawn() -> None:
    letters = list(filter(str.isprintable, map(chr, range(0x3400))))
    assert [cells(letter) for letter in letters] == [cell_len(letter) for letter in letters]


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


def test_errors_hints_and_what_is_wrong_break_between_words(opened: Opened) -> None:
    """On a terminal; what is no terminal gets each on one line, as programs look for it."""
    words = ("add", "resci", "x", "--set", "nonesuch=1", "--set", "elsewhere=2", "--no-input")
    piped = [line for line in opened(*words).err.splitlines() if line]
    for columns in (24, 40, 60):
        screen = pyte.Screen(columns, 60)
        ended = play(opened.command(*words), [], screen, environment=opened.environment, folder=opened.home)
        assert ended.code == 2
        shown = [line for line in lines_of(screen) if line]
        assert " ".join(" ".join(shown).split()) == " ".join(" ".join(piped).split())
        assert {word for line in shown for word in line.split()} == {word for line in piped for word in line.split()}


def test_letters_that_take_two_columns_count_as_two(screen: TextIO) -> None:
    widen(screen, 40)
    lines = told_lines("報告 " * 30, screen)
    assert {len(line) for line in lines[:-1]} == {2 + 7 * 3 - 1}


@pytest.mark.parametrize("words", [("list", "--help"), ("identity", "new", "--help"), ("add", "--help")])
def test_help_breaks_between_words(opened: Opened, words: tuple[str, ...]) -> None:
    screen = pyte.Screen(80, 200)
    play(opened.command(*words), [], screen, environment=opened.environment, folder=opened.home)
    shown = {word for line in lines_of(screen) for word in line.split()}
    _examples, _, below = opened(*words).out.partition("\n\n")
    assert set(below.split()) <= shown
    assert max(map(len, below.splitlines())) > 80


def test_what_doctor_finds_breaks_between_words(opened: Opened) -> None:
    screen = pyte.Screen(60, 200)
    # It tells the time, and a minute may end between two of its runs.
    before = opened("doctor").out.split()
    play(opened.command("doctor"), [], screen, environment=opened.environment, folder=opened.home)
    piped = {*before, *opened("doctor").out.split()}
    shown = {word for line in lines_of(screen) for word in line.split() if "/" not in word}
    # A path that is longer than a line is broken where it ends.
    rest_of_path = {"vault.db,"[at:] for at in range(len("vault.db,"))}
    assert not shown - piped - rest_of_path


@pytest.mark.parametrize("columns", [80, 60, 40])
def test_the_first_screen_ends_before_the_terminal_does(opened: Opened, columns: int) -> None:
    screen = pyte.Screen(columns, 60)
    ended = play(opened.command(), (), screen, environment=opened.environment, folder=opened.home)
    assert ended.code == 0
    assert max(len(line) for line in ended.seen.decode().splitlines()) <= columns
    whole = " ".join(" ".join(lines_of(screen)).split())
    assert "and proves that it works." in whole
    assert "What one takes: nexcred COMMAND --help." in whole


def test_the_first_screen_fits_80_columns_in_a_pipe_too(opened: Opened) -> None:
    assert max(map(len, opened().out.splitlines())) <= 80


# The question takes 13 columns, the cursor behind it one more.
@pytest.mark.parametrize("columns", [14, 15, 80])
def test_a_first_question_is_drawn_once_however_narrow_the_terminal(opened: Opened, columns: int) -> None:
    environment = {**opened.environment, "TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(columns, 60)
    command = opened.command("add", "openai", "--description", "x")
    ended = play(command, [Typed("Name", "\x03")], screen, environment=environment, folder=opened.home)
    shown = "".join(screen.display)
    assert ended.code == 130
    assert shown.replace(" ", "").count("Nameopenai") == 1
