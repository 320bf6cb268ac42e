"""Prompts that are drawn, on stderr. The first question stands there before what draws the others is imported."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from nexcred.cli.prompt.prompter import MARK, Choice, Tone
from nexcred.cli.render.style import BOLD, CYAN, paint
from nexcred.cli.terminal.interrupts import raise_forgotten, remember_interrupts
from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import Visible, visible
from nexcred.cli.terminal.wrapping import columns_of, is_narrow, told_lines

if TYPE_CHECKING:
    from nexcred.cli.prompt.questionary_asker import QuestionaryAsker

# What is assumed of a terminal that does not say how wide it is.
_USUAL_COLUMNS = 80


class DrawnPrompter:
    """A Prompter with arrow keys, line editing and dots; `meanwhile` are modules that what follows will need."""

    def __init__(self, streams: Streams, meanwhile: Sequence[str] = ()) -> None:
        self._streams = streams
        self._meanwhile = meanwhile
        remember_interrupts()

    def tell(self, text: str = "", tone: Tone | None = None, *, hang: int = 0) -> None:
        for line in told_lines(text, self._streams.stderr, hang=hang):
            styled = tone is not None and self._streams.colour_err and line
            self._streams.plain_error_line(paint(line, tone.value, colour=True) if styled and tone else line)

    def text(self, label: str, *, default: str = "") -> str:
        with self._standing(label, default):
            return self._asker.text(label, default=default)

    def secret(self, label: str) -> str:
        with self._standing(label):
            return self._asker.secret(label)

    def document(self, label: str) -> str:
        with self._standing(label):
            return self._asker.document(label)

    def choose(self, label: str, choices: Sequence[Choice], default: str) -> str:
        return self._asker.choose(label, choices, default)

    def confirm(self, label: str) -> bool:
        return self._asker.confirm(label)

    @cached_property
    def _asker(self) -> "QuestionaryAsker":
        """Import what asks, which takes longer than all that is needed for the words of a first question."""
        from nexcred.cli.prompt.questionary_asker import QuestionaryAsker

        for module in self._meanwhile:
            import_module(module)
        return QuestionaryAsker(colour=self._streams.colour_err)

    @contextmanager
    def _standing(self, label: str, default: str = "") -> Iterator[None]:
        """Let the first question stand there while what asks it is imported; what does not fit on a line waits."""
        drawn = self._drawn(label, default)
        if "_asker" in self.__dict__ or drawn is None:
            yield
            return
        from nexcred.cli.terminal.standing import standing

        raise_forgotten()
        self._streams.stderr.flush()
        with standing(sys.stdin.fileno(), sys.stderr.fileno(), drawn, lambda: self._asker):
            yield

    def _drawn(self, label: str, default: str) -> Visible | None:
        """Return a question as `_asker` draws it; None where only that knows how: on two lines, in wide letters."""
        shown = visible(label, " ", default)
        columns = columns_of(self._streams.stderr) or _USUAL_COLUMNS
        can_write = self._streams.stderr.encoding.lower() == "utf-8" and os.name == "posix"
        if not can_write or not is_narrow(shown) or len(MARK) + 1 + len(shown) >= columns:
            return None
        mark, question = paint(MARK, CYAN, colour=self._streams.colour_err), paint(label, BOLD, colour=True)
        return visible(mark, " ", question, " ", default)
