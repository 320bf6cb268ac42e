"""A table, as wide as its text in a pipe and as wide as the window on a terminal."""

import io
from collections.abc import Sequence

from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from nexcred.cli.render.ink import QUIET, Cell
from nexcred.cli.streams import Streams
from nexcred.cli.terminal import Terminal
from nexcred.model.text import make_visible

_STYLES = {"": "", "1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow", "36": "cyan"}
_NO_LIMIT = 100_000


def print_table(streams: Streams, terminal: Terminal, headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Print rows under headings; a column that is empty in every row is left out."""
    kept = [index for index in range(len(headings)) if any(row[index].text for row in rows)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style=Style.parse(_STYLES[QUIET]))
    for index in kept:
        table.add_column(Text(headings[index]), overflow="ellipsis" if terminal.ttys.stdout else "fold", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(make_visible(row[index].text), _STYLES[row[index].style]) for index in kept))
    page = io.StringIO()
    console = Console(
        file=page,
        width=None if terminal.ttys.stdout else _NO_LIMIT,
        force_terminal=terminal.colour_out,
        color_system="standard" if terminal.colour_out else None,
        legacy_windows=False,
    )
    console.print(table)
    for line in page.getvalue().splitlines():
        streams.line(line.rstrip())
