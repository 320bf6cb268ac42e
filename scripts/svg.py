"""A terminal's screen as an SVG picture."""

from html import escape
from itertools import groupby

import pyte
from pyte.screens import Char

_CELL_WIDTH, _LINE_HEIGHT, _MARGIN, _BAR = 8.43, 19, 18, 30
_BACKGROUND, _FOREGROUND, _DIM = "#16181d", "#d6d9e0", "#3a3f4b"
_COLOURS = {
    "black": "#5c6370",
    "red": "#e5737d",
    "green": "#8cc379",
    "brown": "#e0b36a",
    "blue": "#6cb0f0",
    "magenta": "#c792ea",
    "cyan": "#63bfc9",
    "white": "#d6d9e0",
}


def draw(screen: pyte.Screen) -> str:
    """Return the used part of the screen; text stays text."""
    used = max((number + 1 for number, line in enumerate(screen.display) if line.strip()), default=1)
    width = round(screen.columns * _CELL_WIDTH + 2 * _MARGIN)
    height = used * _LINE_HEIGHT + 2 * _MARGIN + _BAR
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        "<style>text { font: 14px ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; "
        "white-space: pre }</style>",
        f'<rect width="{width}" height="{height}" rx="10" fill="{_BACKGROUND}"/>',
        *(f'<circle cx="{_MARGIN + 4 + 18 * dot}" cy="20" r="5.5" fill="{_DIM}"/>' for dot in range(3)),
        f'<g fill="{_FOREGROUND}">',
    ]
    for number in range(used):
        cells = [screen.buffer[number][column] for column in range(screen.columns)]
        top = _BAR + _MARGIN + (number + 0.75) * _LINE_HEIGHT
        parts += _line(cells, top)
    return "\n".join([*parts, "</g>", "</svg>", ""])


def _line(cells: list[Char], top: float) -> list[str]:
    """Draw each run of one style where its first cell is, so that no font's width can shift the next."""
    drawn: list[str] = []
    column = 0
    for (colour, bold), run in groupby(cells, key=lambda cell: (cell.fg, cell.bold)):
        text = "".join(cell.data for cell in run)
        shown = text.rstrip()
        if shown:
            left = _MARGIN + column * _CELL_WIDTH
            fill = _fill(colour)
            style = (f' fill="{fill}"' if fill else "") + (' font-weight="bold"' if bold else "")
            style += f' textLength="{len(shown) * _CELL_WIDTH:.1f}"'
            drawn.append(f'<text x="{left:.1f}" y="{top:.1f}"{style} xml:space="preserve">{escape(shown)}</text>')
        column += len(text)
    return drawn


def _fill(colour: str) -> str:
    """Translate pyte's name of a colour, or its six hexadecimal digits; "" for the default."""
    if colour == "default":
        return ""
    return _COLOURS.get(colour.removeprefix("bright")) or f"#{colour}"
