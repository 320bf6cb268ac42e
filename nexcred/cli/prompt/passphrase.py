"""Ask for the passphrase on the controlling terminal, even while stdin is a pipe."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from nexcred.cli.render.style import BOLD, CYAN, paint
from nexcred.cli.terminal.capabilities import Terminal
from nexcred.cli.terminal.hidden_input import read_unechoed
from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import Visible, visible

_TERMINAL = "/dev/tty"
_SHORT = 12
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


def ask_new_passphrase(terminal: Terminal, streams: Streams) -> str:
    """Ask twice, until both are the same and not empty."""
    while True:
        first = ask_passphrase(terminal, "New passphrase")
        if not first:
            streams.warn("the passphrase is empty: try again, or press Ctrl-C")
            continue
        if ask_passphrase(terminal, "The same again") == first:
            break
        streams.warn("the two are not the same: try again")
    if len(first) < _SHORT:
        streams.note("anybody who copies the vault can guess a short passphrase: four random words are better")
    return first


def _drawn(label: str, terminal: Terminal) -> Visible:
    """Look like the other prompts."""
    if terminal.plain:
        return visible(f"  {label} (not shown): ")
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
