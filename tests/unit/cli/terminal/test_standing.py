"""A question that stands there before what reads its answer has been imported."""

import os
import pty
import select
import signal
import termios
from collections.abc import Iterator

import pytest

from nexcred.cli.terminal.standing import standing
from nexcred.cli.terminal.visible import visible
from tests.support.waiting import wait_until

_ECHO = 3
QUESTION = visible("Name openai")
TYPED = b"name\x03\x7f\r"


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    """A terminal: the end where somebody types and looks, and the program's."""
    person, program = pty.openpty()
    yield person, program
    os.close(person)
    os.close(program)


def read(number: int, count: int) -> bytes:
    """Return so many bytes, which may come in pieces."""
    found = b""

    def has_come() -> bool:
        nonlocal found
        if select.select([number], [], [], 0)[0]:
            found += os.read(number, 64)
        return len(found) >= count

    wait_until(has_come)
    return found


def echoes(program: int) -> bool:
    return bool(termios.tcgetattr(program)[_ECHO] & (termios.ECHO | termios.ICANON | termios.ISIG))


def test_what_is_typed_meanwhile_is_not_shown_and_waits_for_who_reads(ends: tuple[int, int]) -> None:
    person, program = ends
    with standing(program, program, QUESTION, lambda: os.write(person, TYPED)):
        assert read(program, len(TYPED)) == TYPED.replace(b"\r", b"\n")
    shown = b"\r" + QUESTION.encode() + b"\r"
    assert read(person, len(shown)) == shown
    assert echoes(program)


def test_who_reads_finds_a_terminal_that_shows_nothing_by_itself(ends: tuple[int, int]) -> None:
    _, program = ends
    with standing(program, program, QUESTION, lambda: None):
        assert not echoes(program)
    assert echoes(program)


def test_ctrl_c_that_comes_as_a_signal_ends_the_line_and_puts_the_terminal_back(ends: tuple[int, int]) -> None:
    person, program = ends
    ending = pytest.raises(KeyboardInterrupt)
    with ending, standing(program, program, QUESTION, lambda: os.kill(os.getpid(), signal.SIGINT)):
        pytest.fail("nobody is asked")
    shown = b"\r" + QUESTION.encode() + b"\r\n"
    assert read(person, len(shown)) == shown
    assert echoes(program)


def test_a_job_that_goes_on_shows_the_question_again_and_nothing_that_is_typed(ends: tuple[int, int]) -> None:
    person, program = ends
    before = termios.tcgetattr(program)

    def be_stopped() -> None:
        termios.tcsetattr(program, termios.TCSANOW, before)  # as a shell does that has the terminal meanwhile
        os.kill(os.getpid(), signal.SIGCONT)
        wait_until(lambda: not echoes(program))  # where there are threads, a signal is heard a moment later
        os.write(person, TYPED)

    with standing(program, program, QUESTION, be_stopped):
        assert not echoes(program)
        assert read(program, len(TYPED)) == TYPED.replace(
            b"\r", b"\n"
        )  # the kernel takes in what is typed a moment later
    shown = 2 * (b"\r" + QUESTION.encode()) + b"\r"
    assert read(person, len(shown)) == shown
