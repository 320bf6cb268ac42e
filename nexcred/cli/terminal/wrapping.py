"""Prose in lines of a readable length, which end before the terminal does."""

import os
import re
from typing import TextIO

from nexcred.cli.terminal.visible import visible_block

READABLE = 88
_NARROWEST = 24
_MARGIN = "  "
# Letters of European languages, dashes, quotes and the ellipsis: each takes one column.
_NARROW = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*")


def room_on(stream: TextIO, *, margin: int = 0) -> int:
    """Return how many columns prose may take behind a margin; a readable length where the stream has no width."""
    columns = columns_of(stream)
    return max(min(columns - margin, READABLE), _NARROWEST) if columns else READABLE


def columns_of(stream: TextIO) -> int | None:
    """Return how wide a terminal is; None for what is none, or does not say."""
    try:
        return max(os.get_terminal_size(stream.fileno()).columns, 0) or None
    except (OSError, ValueError):
        return None


def behind(prefix: str, text: str, stream: TextIO, *, hang: int = 2) -> list[str]:
    """Break a text that stands behind a prefix between its words, `hang` columns in, where a terminal would inside one.

    What is no terminal gets one line, which programs look for. The prefix is left out of the first line.
    """
    columns = columns_of(stream)
    if columns is None or cells(prefix) + cells(text) <= columns:
        return [text]
    # As wide as the prefix, and no white space, which would be taken for room.
    first, *rest = wrapped(text, "-" * cells(prefix), " " * hang, room=max(columns, _NARROWEST))
    return [first[cells(prefix) :], *rest]


def cells(text: str) -> int:
    """Return how many columns a text takes."""
    if is_narrow(text):
        return len(text)
    from rich.cells import cell_len  # 10 ms, for letters of which some take two columns, and some none

    return cell_len(text)


def is_narrow(text: str) -> bool:
    """True where each character takes one column, on every terminal."""
    return text.isascii() or _NARROW.fullmatch(text) is not None


def told_lines(text: str, stderr: TextIO, *, hang: int = 0) -> list[str]:
    """Break what is told beside a prompt, made visible; lines after the first stand `hang` columns further in."""
    room = room_on(stderr, margin=len(_MARGIN))
    return [f"{_MARGIN}{line}" for line in wrapped(visible_block(text), "", " " * hang, room=room)] or [""]


def wrapped(text: str, indent: str = "", rest: str | None = None, *, room: int = READABLE) -> list[str]:
    """Break into lines, those after the first behind `rest`. Words stay whole: an address or an option is copied."""
    rest = indent if rest is None else rest
    if not text.isascii():
        return _wrapped_by_cells(text, indent, rest, room)
    import textwrap  # a fiftieth of a list

    return textwrap.wrap(
        text, room, initial_indent=indent, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _wrapped_by_cells(text: str, indent: str, rest: str, room: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(f"{rest if lines else indent}{word}")
    return lines
