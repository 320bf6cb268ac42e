"""A table, as wide as its text in a pipe and as wide as the window on a terminal."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from nexcred.cli.render.style import QUIET, Cell, paint
from nexcred.cli.terminal.capabilities import Terminal
from nexcred.cli.terminal.pager import print_long
from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import Visible
from nexcred.cli.terminal.wrapping import wrapped
from nexcred.model.text import make_visible

_NO_LIMIT = 100_000
_GAP = 2
# The narrowest that a column may get: prose, and everything else.
_PROSE = frozenset({"DESCRIPTION", "DETAIL", "DOCUMENTATION", "CHANGED"})
_NARROWEST_PROSE, _NARROWEST, _LEAST = 16, 30, 8
# What is read as a sentence, or copied, goes on in the next line, and is never cut.
_WRAPPED = frozenset({"ABOUT", "RUN"})
# What a narrow window can do without, first to go first; `show` has it all.
_SPARE = ("DESCRIPTION", "DOCUMENTATION", "TOOK", "TAGS", "CHECKED", "IDENTITY", "EXPIRES", "DETAIL", "FROM")


def _columns() -> int:
    import shutil  # which loads all that packs archives, for what goes to a terminal alone

    return shutil.get_terminal_size().columns


def cell_len(text: str) -> int:
    """Return how many columns a text takes; the tables of all scripts are not loaded for plain letters."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len as len_of

    return len_of(text)


def _cut_to(text: str, width: int) -> str:
    if text.isascii():
        return text[:width]
    from rich.cells import set_cell_size

    return set_cell_size(text, width)


def print_table(
    streams: Streams,
    terminal: Terminal,
    headings: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    *,
    wider: str | None = "",
) -> None:
    """Print rows under headings; a column that is empty in every row is left out.

    So are some that a narrow window has no room for, which is said, with the command `wider` that shows them. Where it
    is None, they are shown all the same.
    """
    space = _columns() if terminal.ttys.stdout and wider is not None else _NO_LIMIT
    shown = [[_visible(cell) for cell in row] for row in rows]
    natural = {
        heading: max(len(heading), *(cell_len(row[index].text) for row in shown))
        for index, heading in enumerate(headings)
        if any(row[index].text for row in shown)
    }
    widths = fit(natural, space)
    places = [(headings.index(heading), width) for heading, width in widths.items()]
    colour = terminal.colour_out
    lines = [_line([(Cell(heading, QUIET), width) for heading, width in widths.items()], colour=colour)]
    for row in shown:
        cells = [(row[index], width) for index, width in places]
        lines += [_line(one, colour=colour) for one in _wrapped(cells, [headings[index] for index, _ in places])]
    print_long(streams, lines)
    if left_out := [heading for heading in natural if heading not in widths]:
        how = f"all columns: {wider}" if wider else "a wider window shows more"
        streams.note(f"left out, since the window is narrow: {', '.join(left_out)}; {how}")


def _visible(cell: Cell) -> Cell:
    text = make_visible(cell.text)
    return cell if text is cell.text else Cell(text, cell.style)


def _wrapped(cells: Sequence[tuple[Cell, int]], headings: Sequence[str]) -> list[list[tuple[Cell, int]]]:
    """Return the lines of one row: one, or as many as its longest sentence takes."""
    if not any(heading in _WRAPPED for heading in headings):
        return [[*cells]]
    texts = [
        wrapped(cell.text, room=width) if heading in _WRAPPED else [cell.text]
        for (cell, width), heading in zip(cells, headings, strict=True)
    ]
    return [
        [(Cell(text, cell.style), width) for text, (cell, width) in zip(line, cells, strict=True)]
        for line in zip_longest(*texts, fillvalue="")
    ]


def _line(cells: Sequence[tuple[Cell, int]], *, colour: bool) -> Visible:
    """Lay out one row: what is too long for its column ends in an ellipsis, and nothing stands behind the last."""
    parts: list[str] = []
    room = 0
    for cell, width in cells:
        text = cell.text
        taken = cell_len(text)
        if taken > width:
            text, taken = f"{_cut_to(text, width - 1)}…", width
        if text:
            parts += (" " * room, paint(text, cell.style, colour=colour) if colour else text)
            room = 0
        room += width - taken + _GAP
    return Visible("".join(parts))


def fit(natural: Mapping[str, int], space: int) -> dict[str, int]:
    """Choose columns and widths: spare columns go, then long ones give way; what is short stays whole, names too."""
    kept = dict(natural)
    for heading in _SPARE:
        if _total(_narrowest(kept)) > space:
            kept.pop(heading, None)
    widths = _narrowest(kept)
    _squeeze(widths, space)
    for heading in sorted(widths, key=lambda name: name in _PROSE):
        left = space - _total(widths)
        widths[heading] += max(0, min(left, kept[heading] - widths[heading]))
    return widths


def _squeeze(widths: dict[str, int], space: int) -> None:
    """Take from prose, then from what is widest, until it fits; from the first column, which names the row, nothing."""
    others = list(widths)[1:]
    while _total(widths) > space:
        yielding = max(others, key=lambda name: (name in _PROSE and widths[name] > _LEAST, widths[name]), default=None)
        if yielding is None or widths[yielding] <= _LEAST:
            return
        widths[yielding] -= 1


def _narrowest(natural: Mapping[str, int]) -> dict[str, int]:
    return {name: min(width, _NARROWEST_PROSE if name in _PROSE else _NARROWEST) for name, width in natural.items()}


def _total(widths: Mapping[str, int]) -> int:
    return sum(widths.values()) + _GAP * (len(widths) - 1)
