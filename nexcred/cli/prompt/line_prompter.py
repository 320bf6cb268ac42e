"""Prompts for a terminal that cannot draw (TERM=dumb): a line asked, a line read, secrets unechoed."""

from collections.abc import Sequence

from nexcred.cli.prompt.matching import matching
from nexcred.cli.prompt.prompter import Choice, Tone
from nexcred.cli.terminal.hidden_input import read_unechoed
from nexcred.cli.terminal.interrupts import raise_forgotten, remember_interrupts
from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.typed_ahead import drop_typed_ahead
from nexcred.cli.terminal.wrapping import told_lines

# More than these run off the screen before anybody has read them.
_MOST_LISTED = 60


class LinePrompter:
    """A Prompter without colour, cursor movement or dots."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        remember_interrupts()

    def tell(self, text: str = "", tone: Tone | None = None, *, hang: int = 0) -> None:
        del tone
        for line in told_lines(text, self._streams.stderr, hang=hang):
            self._streams.plain_error_line(line)

    def text(self, label: str, *, default: str = "") -> str:
        raise_forgotten()
        shown = f"  {label} [{default}]: " if default else f"  {label}: "
        self._streams.prompt(shown)
        return self._streams.read_line() or default

    def secret(self, label: str) -> str:
        raise_forgotten()
        self._streams.stderr.flush()
        return read_unechoed(0, 2, f"  {label} (not shown): ", dots=False)

    def document(self, label: str) -> str:
        return self.secret(label)  # a terminal that only echoes cannot tell a path from a key before it shows

    def choose(self, label: str, choices: Sequence[Choice], default: str) -> str:
        if len(choices) > _MOST_LISTED:
            self.tell(f"{len(choices)} to choose from: type a word of what it is called or for, or ? for all of them")
        else:
            self._list(choices)
        labels = [choice.label for choice in choices]
        preset = next((choice.label for choice in choices if choice.value == default), default)
        while True:
            answer = self.text(label, default=preset)
            if answer == "?":
                self._list(choices)
                continue
            if answer == preset and preset in labels:
                return default
            if answer.isdecimal() and answer not in labels and 1 <= int(answer) <= len(choices):
                return choices[int(answer) - 1].value
            meant = (_called(choices, answer) or matching(choices, answer)) if answer.strip() else []
            if len(meant) == 1:
                return meant[0].value
            if not meant and len(choices) > _MOST_LISTED:
                self.tell("nothing matches")
            else:
                self.tell(f"choose one of: {', '.join(choice.label for choice in meant or choices)}")

    def _list(self, choices: Sequence[Choice]) -> None:
        for number, choice in enumerate(choices, 1):
            self.tell(f"{number}  {choice.label}" + (f" - {choice.about}" if choice.about else ""), hang=3)

    def confirm(self, label: str) -> bool:
        drop_typed_ahead()
        return self.text(f"{label} [y/N]").strip().lower() in ("y", "yes")


def _called(choices: Sequence[Choice], answer: str) -> list[Choice]:
    """Return those whose label the answer is; else those of that value, by which programs know them."""
    labelled = [choice for choice in choices if choice.label == answer]
    return labelled or [choice for choice in choices if choice.value == answer]
