"""Questions as questionary draws them, on stderr."""

import signal
import sys
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import questionary
from prompt_toolkit.application.current import get_app, get_app_session
from prompt_toolkit.completion import PathCompleter
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.input.typeahead import clear_typeahead
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import ColorDepth, create_output
from prompt_toolkit.shortcuts import CompleteStyle

from nexcred.cli.prompt.document import is_content
from nexcred.cli.prompt.picker import Picker
from nexcred.cli.prompt.prompter import MARK, Choice
from nexcred.cli.terminal.interrupts import was_forgotten
from nexcred.cli.terminal.restoring import end_by, on_resuming, restored_on_signals
from nexcred.cli.terminal.typed_ahead import drop_typed_ahead
from nexcred.cli.terminal.visible import visible

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


def _replacing(default: str) -> KeyBindings:
    """Let typing take the place of a default that was not touched; the arrow to the right, or End, keeps it to edit."""
    bindings, kept = KeyBindings(), list[bool]()

    @Condition
    def is_untouched() -> bool:
        buffer = get_app().current_buffer
        return not kept and buffer.text == default and buffer.cursor_position == len(default)

    @bindings.add(Keys.Right, filter=is_untouched)
    @bindings.add(Keys.End, filter=is_untouched)
    @bindings.add(Keys.ControlE, filter=is_untouched)
    def _keep(_event: KeyPressEvent) -> None:
        kept.append(True)

    @bindings.add(Keys.Any, filter=is_untouched)
    @bindings.add(Keys.BracketedPaste, filter=is_untouched)
    def _replace(event: KeyPressEvent) -> None:
        if event.data.isprintable() or event.key_sequence[0].key is Keys.BracketedPaste:
            event.current_buffer.text = ""
            event.current_buffer.insert_text(event.data.replace("\r\n", "\n").replace("\r", "\n"))

    return bindings


_SIGNALS = KeyBindings()


@_SIGNALS.add(Keys.ControlZ, eager=True)
def _suspend(event: KeyPressEvent) -> None:
    """Stop the job, as at any other program: the question is drawn again when it goes on."""
    event.app.suspend_to_background()


@_SIGNALS.add(Keys.ControlBackslash, eager=True)
def _quit(event: KeyPressEvent) -> None:
    event.app.exit(exception=_Quit)


class _Quit(Exception):
    """Somebody pressed Ctrl-Backslash, which ends a program by SIGQUIT."""


class QuestionaryAsker:
    """Asks what a Prompter does, with arrow keys, line editing and dots."""

    def __init__(self, *, colour: bool) -> None:
        output = create_output(sys.stderr)
        # Some terminals never answer where the cursor stands, and a warning about it would appear in the prompt.
        output.enable_cpr = False  # type: ignore[attr-defined]
        self._drawing: dict[str, Any] = {"output": output, "style": _STYLE, "qmark": MARK}
        if not colour:
            self._drawing["color_depth"] = ColorDepth.DEPTH_1_BIT

    def text(self, label: str, *, default: str = "") -> str:
        return self._typed(label, _Shown(), default=default)

    def secret(self, label: str) -> str:
        return self._typed(label, _Dots())

    def document(self, label: str) -> str:
        completing: dict[str, Any] = {
            "completer": PathCompleter(expanduser=True),
            "complete_style": CompleteStyle.READLINE_LIKE,
            "complete_while_typing": False,
        }
        return self._typed(label, _PathOrDots(), **completing)

    def choose(self, label: str, choices: Sequence[Choice], default: str) -> str:
        drawing = {name: value for name, value in self._drawing.items() if name != "qmark"}
        output = self._drawing["output"]
        picker = Picker(MARK, label, choices, default, lambda: int(output.get_size().columns), **drawing)
        return str(_ask(picker.application))

    def confirm(self, label: str) -> bool:
        drop_typed_ahead()
        clear_typeahead(get_app_session().input)  # what the question before has read, and did not need
        return bool(_ask(questionary.confirm(visible(label), default=False, **self._drawing).application))

    def _typed(self, label: str, shown: Processor, *, default: str = "", **more: Any) -> str:
        bindings = merge_key_bindings([_BINDINGS, _replacing(default)]) if default else _BINDINGS
        drawing: dict[str, Any] = {"input_processors": [shown], "key_bindings": bindings, **more, **self._drawing}
        drawing["prompt_continuation"] = _continued
        return str(_ask(questionary.text(visible(label), default=default, **drawing).application))


def _continued(_width: int, _line: int, is_wrapped: int) -> str:
    """Set further lines of a text off, so that none looks like a question or a warning of nexcred's own."""
    return "" if is_wrapped else "  … "


class _Shown(Processor):
    """Make visible what stands there to be edited: it may be somebody else's."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments: StyleAndTextTuples = [(part[0], visible(part[1])) for part in transformation_input.fragments]
        text = "".join(fragment[1] for fragment in transformation_input.fragments)
        starts = [0, *accumulate(len(visible(character)) for character in text)]
        return Transformation(
            fragments,
            source_to_display=lambda place: starts[min(place, len(text))],
            display_to_source=lambda place: bisect_right(starts, place) - 1,
        )


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


class _PathOrDots(Processor):
    """Show a path as it is typed; what is the document itself shows as dots."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        text = "".join(fragment[1] for fragment in transformation_input.fragments)
        whole = transformation_input.document.text
        return (_Dots() if is_content(whole or text) else _Shown()).apply_transformation(transformation_input)


def _ask(application: Any) -> Any:
    """Ask, unless Ctrl-C was pressed before the question could hear of it; whatever ends it, restore the terminal."""
    application.key_bindings = merge_key_bindings([application.key_bindings, _SIGNALS])

    def end_if_forgotten() -> None:
        if was_forgotten():
            application.exit(exception=KeyboardInterrupt)

    def draw_anew() -> None:
        # Whoever stopped it may not have pressed Ctrl-Z: the terminal is to show nothing by itself again.
        if not application._running_in_terminal:
            application.input.raw_mode().__enter__()  # left for good where the question ends, by the one around it
            application.renderer.reset()
            application.invalidate()

    application.pre_run_callables.append(end_if_forgotten)
    try:
        with restored_on_signals(sys.stdin.fileno(), sys.stderr.fileno(), drawn=True), on_resuming(draw_anew):
            return application.run()
    except _Quit:
        end_by(signal.SIGQUIT)
