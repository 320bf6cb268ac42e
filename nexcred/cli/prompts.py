"""Prompts as questionary draws them, on stderr."""

import sys
from collections.abc import Sequence
from typing import Any

import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import ColorDepth, create_output

from nexcred.cli.asking import Choice, Tone
from nexcred.cli.prose import told_lines
from nexcred.cli.streams import Streams

_MARK = "›"
_MAX_DOTS = 32
_STYLE = questionary.Style(
    [
        ("qmark", "fg:ansicyan"),
        ("question", "bold"),
        ("answer", "fg:default nobold"),
        ("instruction", "fg:ansibrightblack nobold"),
        ("pointer", "fg:ansicyan bold"),
        ("highlighted", "fg:ansicyan"),
        ("text", "fg:default"),
    ]
)


_BINDINGS = KeyBindings()


@_BINDINGS.add(Keys.ControlD)
def _end(event: KeyPressEvent) -> None:
    """End the input, also behind a default that was not touched; inside a text, delete as ever."""
    if event.current_buffer.cursor_position == len(event.current_buffer.text):
        event.app.exit(exception=EOFError)
    else:
        event.current_buffer.delete()


class TerminalAsker:
    """An Asker with arrow keys, line editing and dots."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        output = create_output(sys.stderr)
        # Some terminals never answer where the cursor stands, and a warning about it would appear in the prompt.
        output.enable_cpr = False  # type: ignore[attr-defined]
        self._drawing: dict[str, Any] = {"output": output, "style": _STYLE, "qmark": _MARK}
        if not streams.colour_err:
            self._drawing["color_depth"] = ColorDepth.DEPTH_1_BIT

    def tell(self, text: str = "", tone: Tone | None = None, *, hang: int = 0) -> None:
        for line in told_lines(text, self._streams.stderr, hang=hang):
            styled = tone is not None and self._streams.colour_err and line
            self._streams.plain_error_line(f"\x1b[{tone.value}m{line}\x1b[0m" if styled and tone else line)

    def text(self, label: str, *, default: str = "") -> str:
        return str(questionary.text(label, default=default, key_bindings=_BINDINGS, **self._drawing).unsafe_ask())

    def secret(self, label: str) -> str:
        question = questionary.text(label, input_processors=[_Dots()], key_bindings=_BINDINGS, **self._drawing)
        return str(question.unsafe_ask())

    def choose(self, label: str, choices: Sequence[Choice], default: str) -> str:
        options = [questionary.Choice(_titled(choice), choice.value) for choice in choices]
        question = questionary.select(label, options, default=default, instruction=" ", **self._drawing)
        return str(_ending(question).unsafe_ask())

    def confirm(self, label: str) -> bool:
        return bool(questionary.confirm(label, default=False, **self._drawing).unsafe_ask())


class _Dots(Processor):
    """Show a dot for each character, but no wall of them, since a token may have thousands. '?' asks for help."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        text = "".join(fragment[1] for fragment in transformation_input.fragments)
        length = len(text)
        shown = text if text == "?" else "•" * min(length, _MAX_DOTS) + ("…" if length > _MAX_DOTS else "")
        return Transformation(
            [("", shown)],
            source_to_display=lambda place: min(place, len(shown)),
            display_to_source=lambda place: place if place < _MAX_DOTS else length,
        )


def _titled(choice: Choice) -> str:
    return f"{choice.label} – {choice.about}" if choice.about else choice.label


def _ending(question: Any) -> Any:
    """Let Ctrl-D end a choice as it ends every other question."""

    @question.application.key_bindings.add(Keys.ControlD, eager=True)  # type: ignore[untyped-decorator]
    def _(event: Any) -> None:
        event.app.exit(exception=EOFError)

    return question
