"""Asking at a terminal: what the two ways to draw a prompt share."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

from nexcred.model.named_tuple import NamedTuple

# What stands before a question that is drawn.
MARK = "›"


class Tone(Enum):
    """The look of a line beside a prompt; the value is its ANSI style."""

    TITLE = "1"
    QUIET = "2"
    GOOD = "32"
    BAD = "31"
    CAREFUL = "33"


class Choice(NamedTuple):
    """One of several answers; `about` says when to take it, `also` is what else it is found by.

    `is_key` is true of a secret that somebody pastes to find it: that is not shown.
    """

    value: str
    label: str
    about: str = ""
    also: tuple[str, ...] = ()
    is_key: Callable[[str], bool] | None = None


class Prompter(Protocol):
    """Draws prompts on stderr. Ctrl-C raises KeyboardInterrupt, the end of input EOFError; nobody catches them."""

    def tell(self, text: str = "", tone: Tone | None = None, *, hang: int = 0) -> None:
        """Print a paragraph; its lines after the first stand `hang` columns further in."""

    def text(self, label: str, *, default: str = "") -> str: ...
    def secret(self, label: str) -> str: ...
    def document(self, label: str) -> str:
        """Ask for a path, which Tab completes, or for what a file holds, which is hidden."""

    def choose(self, label: str, choices: Sequence[Choice], default: str) -> str: ...
    def confirm(self, label: str) -> bool:
        """Ask y/N: Enter is no. What was typed before the question stood there does not answer it."""
