"""Prose in lines of a readable length, which end before the terminal does."""

import os
import textwrap
from typing import TextIO

from nexcred.cli.terminal.visible import visible_block

READABLE = 88
_NARROWEST = 24
_MARGIN = "  "


def room_on(stream: TextIO, *, margin: int = 0) -> int:
    """Return how many columns prose may take behind a margin; a readable length where the stream has no width."""
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(min(columns - margin, READABLE), _NARROWEST) if columns else READABLE


def told_lines(text: str, stderr: TextIO, *, hang: int = 0) -> list[str]:
    """Break what is told beside a prompt, made visible; lines after the first stand `hang` columns further in."""
    room = room_on(stderr, margin=len(_MARGIN))
    return [f"{_MARGIN}{line}" for line in wrapped(visible_block(text), "", " " * hang, room=room)] or [""]


def wrapped(text: str, indent: str = "", rest: str | None = None, *, room: int = READABLE) -> list[str]:
    """Break into lines, those after the first behind `rest`. Words stay whole: an address or an option is copied."""
    return textwrap.wrap(
        text,
        room,
        initial_indent=indent,
        subsequent_indent=indent if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
