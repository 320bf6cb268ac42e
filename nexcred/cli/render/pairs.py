"""Labels and values in two columns."""

from collections.abc import Iterable

from nexcred.cli.render.style import QUIET, Cell, paint
from nexcred.cli.terminal.visible import Visible, visible
from nexcred.model.text import make_visible


def pair_lines(rows: Iterable[tuple[str, Cell]], *, colour: bool) -> list[Visible]:
    """Lay out what has a value; further lines of a value stand under its first."""
    kept = [(make_visible(label), cell) for label, cell in rows if cell.text]
    width = max((len(label) for label, _ in kept), default=0)
    lines = []
    for label, cell in kept:
        first, *more = make_visible(cell.text, keep="\n").split("\n")
        heading = paint(f"{label:{width}}", QUIET, colour=colour)
        lines.append(visible("  ", heading, "  ", paint(first, cell.style, colour=colour)))
        lines += [visible(f"  {'':{width}}  ", paint(line, cell.style, colour=colour)) for line in more]
    return lines
