"""Ask for the passphrase on the controlling terminal, even while stdin is a pipe."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from nexcred.cli.render.style import BOLD, CYAN, paint
from nexcred.cli.terminal.capabilities import Terminal
from nexcred.cli.terminal.hidden_input import read_answer, read_unechoed
from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import Visible, visible
from nexcred.errors import InvalidData

_TERMINAL = "/dev/tty"
WEAK = "whoever has a copy of the vault could guess this passphrase; four random words are better"
# So that opening it never makes it ours; Windows has no such thing.
_NO_CONTROL = getattr(os, "O_NOCTTY", 0)


def can_ask(terminal: Terminal) -> bool:
    """True when a passphrase may be asked here."""
    if not terminal.may_ask or not terminal.ttys.stderr:
        return False
    if terminal.ttys.stdin:
        return True
    try:
        os.close(os.open(_TERMINAL, os.O_RDWR | _NO_CONTROL))
    except OSError:
        return False
    return True


def ask_passphrase(terminal: Terminal, label: str = "Passphrase") -> str:
    """Ask once; raises KeyboardInterrupt and EOFError as every prompt does."""
    with _controlling_terminal() as (source, screen):
        return read_unechoed(source, screen, _drawn(label, terminal), dots=not terminal.plain)


def ask_again(terminal: Terminal, streams: Streams, label: str, wrong: str, left: int) -> str:
    """Ask for one that opens, of which `left` more may be tried; `wrong` says what the last one was, "" at first."""
    if not wrong:
        return ask_passphrase(terminal, label)
    streams.warn(wrong)
    return ask_passphrase(terminal, f"{label} ({left} more tries)" if left > 1 else f"{label} (last try)")


def ask_new_passphrase(terminal: Terminal, streams: Streams, *, weak: bool = False) -> str:
    """Ask twice, until both are the same, and what any prompt takes; one easily guessed needs a yes, unless `weak`."""
    while True:
        first = ask_passphrase(terminal, "New passphrase")
        if _will_do(first, terminal, streams, weak=weak):
            if ask_passphrase(terminal, "The same again") == first:
                return first
            streams.warn("the two are not the same: try again")


def confirm_weak(terminal: Terminal) -> bool:
    """Ask whether a passphrase is to be used that is easily guessed; Enter is no."""
    with _controlling_terminal() as (source, screen):
        question = visible(_drawn_label("Use it anyway? [y/N]", terminal))
        return read_answer(source, screen, question).strip().lower() in ("y", "yes")


def _will_do(typed: str, terminal: Terminal, streams: Streams, *, weak: bool) -> bool:
    from nexcred.unlock.new_passphrase import check_new, is_weak  # opening a vault judges no passphrase

    try:
        check_new(typed)
    except InvalidData as error:
        streams.warn(f"{error.message}; try again, or press Ctrl-C")
        return False
    if weak or not is_weak(typed):
        return True
    streams.warn(WEAK)
    return confirm_weak(terminal)


def _drawn(label: str, terminal: Terminal) -> Visible:
    """Look like the other prompts."""
    return _drawn_label(f"{label} (not shown):" if terminal.plain else label, terminal)


def _drawn_label(label: str, terminal: Terminal) -> Visible:
    if terminal.plain:
        return visible(f"  {label} ")
    colour = terminal.colour_err
    return visible(paint("›", CYAN, colour=colour), " ", paint(label, BOLD, colour=colour), " ")


@contextmanager
def _controlling_terminal() -> Iterator[tuple[int, int]]:
    try:
        descriptor = os.open(_TERMINAL, os.O_RDWR | _NO_CONTROL)
    except OSError:
        yield 0, 2
        return
    try:
        yield descriptor, descriptor
    finally:
        os.close(descriptor)
