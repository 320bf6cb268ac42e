"""Styled text, where there is colour to be had."""

from typing import NamedTuple

from nexcred.model.probe import ProbeStatus

BOLD, QUIET, RED, GREEN, YELLOW, CYAN = "1", "2", "31", "32", "33", "36"


class Cell(NamedTuple):
    """A piece of text and its ANSI style; the text is not yet made visible."""

    text: str
    style: str = ""


def paint(text: str, style: str, *, colour: bool) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if colour and style and text else text


def status_cell(status: ProbeStatus | None) -> Cell:
    """Colour a status by what it proves: green or red is proof, yellow is none."""
    if status is None:
        return Cell("not probed", QUIET)
    if status is ProbeStatus.ACCEPTED:
        return Cell(status.value, GREEN)
    return Cell(status.value, RED if status.is_refusal else YELLOW)
