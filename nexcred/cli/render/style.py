"""Styled text, where there is colour to be had."""

from nexcred.cli.terminal.visible import Visible, visible
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of

PLAIN, BOLD, QUIET, RED, GREEN, YELLOW, CYAN = "", "1", "2", "31", "32", "33", "36"


class Cell(NamedTuple):
    """A piece of text and its ANSI style; the text is not yet made visible."""

    text: str
    style: str = PLAIN

    def __repr__(self) -> str:
        return repr_of(self, "style")


def paint(text: str, style: str, *, colour: bool) -> Visible:
    """Make a text visible, and give it a style where there is colour."""
    shown = visible(text)
    return Visible(f"\x1b[{style}m{shown}\x1b[0m") if colour and style and shown else shown


def status_cell(status: ProbeStatus | None) -> Cell:
    """Colour a status by what it proves: green or red is proof, yellow is none."""
    if status is None:
        return Cell("not probed", QUIET)
    if status is ProbeStatus.ACCEPTED:
        return Cell(status.value, GREEN)
    return Cell(status.value, RED if status.is_refusal else YELLOW)
