"""A table, as wide as its text in a pipe and as wide as the window on a terminal."""

import io
import shutil
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.console import Console, OverflowMethod
from rich.style import Style
from rich.table import Table
from rich.text import Text

from nexcred.cli.render.style import QUIET, Cell
from nexcred.cli.terminal.capabilities import Terminal
from nexcred.cli.terminal.pager import print_long
from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import Visible
from nexcred.model.text import make_visible

_STYLES = {"": "", "1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "36": "cyan"}
_NO_LIMIT = 100_000
_GAP = 2
# The narrowest that a column may get: prose, and everything else.
_PROSE = frozenset({"DESCRIPTION", "DETAIL", "DOCUMENTATION", "CHANGED"})
_NARROWEST_PROSE, _NARROWEST, _LEAST = 16, 30, 8
# What is read as a sentence goes on in the next line, and is never cut.
_WRAPPED = frozenset({"ABOUT"})
# What a narrow window can do without, first to go first; `show` has it all.
_SPARE = ("DESCRIPTION", "DOCUMENTATION", "TOOK", "TAGS", "CHECKED", "IDENTITY", "EXPIRES", "DETAIL", "FROM")


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
    space = shutil.get_terminal_size().columns if terminal.ttys.stdout and wider is not None else _NO_LIMIT
    columns = {heading: [row[index] for row in rows] for index, heading in enumerate(headings)}
    natural = {
        heading: max(len(heading), *(cell_len(make_visible(cell.text)) for cell in cells))
        for heading, cells in columns.items()
        if any(cell.text for cell in cells)
    }
    widths = fit(natural, space)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style=Style.parse(_STYLES[QUIET]))
    for heading, width in widths.items():
        is_wrapped = heading in _WRAPPED
        overflow: OverflowMethod = "fold" if is_wrapped else "ellipsis"
        table.add_column(Text(heading), overflow=overflow, no_wrap=not is_wrapped, width=width)
    for row in zip(*(columns[heading] for heading in widths), strict=True):
        table.add_row(*(Text(make_visible(cell.text), _STYLES[cell.style]) for cell in row))
    page = io.StringIO()
    console = Console(
        file=page,
        width=space,
        force_terminal=terminal.colour_out,
        color_system="standard" if terminal.colour_out else None,
        legacy_windows=False,
    )
    console.print(table)
    # The cells are visible, and the rest is styles.
    print_long(streams, [Visible(line.rstrip()) for line in page.getvalue().splitlines()])
    if left_out := [heading for heading in natural if heading not in widths]:
        how = f"all columns: {wider}" if wider else "a wider window shows more"
        streams.note(f"left out, since the window is narrow: {', '.join(left_out)}; {how}")


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
