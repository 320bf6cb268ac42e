"""A list to choose from: arrow keys, and for a long one what is typed keeps those that have it."""

from collections.abc import Callable, Sequence
from typing import Any

from prompt_toolkit.application import Application
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import ConditionalContainer, FormattedTextControl, HSplit, Layout, Window

from nexcred.cli.prompt.matching import matching
from nexcred.cli.prompt.prompter import Choice
from nexcred.cli.terminal.visible import visible
from nexcred.cli.terminal.wrapping import wrapped

_LONG = 7
_POINTER, _BESIDE = " » ", "   "
_KEYS, _MORE_KEYS = "↑ ↓ Enter", "type to filter, ↑ ↓ Enter"
_NARROWEST = 16
_LONGEST_WORD, _DOTS = 32, "•" * 32


class Picker:
    """The state of one question; `application` asks it, and returns the value of the choice."""

    def __init__(
        self, mark: str, label: str, choices: Sequence[Choice], default: str, columns: Callable[[], int], **drawing: Any
    ) -> None:
        self._mark, self._label, self._columns = mark, visible(label), columns
        self._choices = choices
        self._filters = len(choices) > _LONG
        self._typed = ""
        self._is_answered = False
        self._place = max((place for place, choice in enumerate(choices) if choice.value == default), default=0)
        question = FormattedTextControl(self._question, focusable=False, show_cursor=False)
        listed = FormattedTextControl(self._drawn, focusable=True, show_cursor=False)
        # The list scrolls where it is longer than the screen, and the question stays above it.
        windows = [Window(control, dont_extend_height=True, wrap_lines=True) for control in (question, listed)]
        shown = HSplit([windows[0], ConditionalContainer(windows[1], Condition(lambda: not self._is_answered))])
        layout = Layout(shown, focused_element=windows[1])
        self.application: Application[str] = Application(layout, key_bindings=self._bindings(), **drawing)

    @property
    def _found(self) -> list[Choice]:
        return matching(self._choices, self._typed)

    def _drawn(self) -> StyleAndTextTuples:
        found = self._found
        if not found:
            return [("class:instruction", f"{_BESIDE}nothing matches: delete a letter")]
        drawn: StyleAndTextTuples = []
        for place, choice in enumerate(found):
            drawn += [("", "\n")] if place else []
            drawn += [("[SetCursorPosition]", "")] if place == self._place else []
            drawn += self._line(choice, is_pointed_at=place == self._place)
        return drawn

    def _question(self) -> StyleAndTextTuples:
        drawn: StyleAndTextTuples = [("class:qmark", self._mark), ("class:question", f" {self._label} ")]
        if self._is_answered:
            return [*drawn, ("class:answer", _titled(self._found[self._place]))]
        keys = _MORE_KEYS if self._filters else _KEYS
        if self._typed:
            return [*drawn, ("class:answer", _DOTS if self._may_be_a_key else visible(self._typed))]
        fits = len(self._mark) + len(self._label) + len(keys) + 3 < self._columns()
        return [*drawn, ("class:instruction", keys)] if fits else drawn

    @property
    def _may_be_a_key(self) -> bool:
        """True also for what is long and has no blank, whoever's key it is."""
        is_word = len(self._typed) < _LONGEST_WORD or " " in self._typed
        return not is_word or any(choice.is_key and choice.is_key(self._typed) for choice in self._choices)

    def _line(self, choice: Choice, *, is_pointed_at: bool) -> StyleAndTextTuples:
        """Lay out a choice: its label whole, on several lines if need be, and of the rest whole words that fit."""
        style = "class:highlighted" if is_pointed_at else "class:text"
        room = max(self._columns() - len(_BESIDE) - 1, _NARROWEST)
        lines = wrapped(visible(choice.label), room=room)
        about = wrapped(visible(f"– {choice.about}"), room=max(room - len(lines[-1]) - 1, 1)) if choice.about else []
        if len(lines) == 1 and about and len(lines[0]) + 1 + len(about[0]) <= room:
            cut = about[0] if len(about) == 1 else f"{_shortened(about[0], room - len(lines[0]) - 3)} …"
            lines = [f"{lines[0]} {cut}"] if cut.strip("–… ") else lines
        first = ("class:pointer", _POINTER) if is_pointed_at else ("class:text", _BESIDE)
        return [first, (style, f"\n{_BESIDE}".join(lines))]

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()
        bindings.add(Keys.Up)(lambda _: self._move(-1))
        bindings.add(Keys.ControlP)(lambda _: self._move(-1))
        bindings.add(Keys.Down)(lambda _: self._move(1))
        bindings.add(Keys.ControlN)(lambda _: self._move(1))
        bindings.add(Keys.Any)(self._type)
        bindings.add(Keys.BracketedPaste)(self._type)
        bindings.add(Keys.Backspace)(lambda _: self._filter(self._typed[:-1]))
        bindings.add(Keys.ControlU)(lambda _: self._filter(""))
        bindings.add(Keys.Enter)(self._answer)
        bindings.add(Keys.ControlC)(lambda event: event.app.exit(exception=KeyboardInterrupt))
        bindings.add(Keys.ControlD)(lambda event: event.app.exit(exception=EOFError))
        return bindings

    def _move(self, by: int) -> None:
        count = len(self._found)
        self._place = (self._place + by) % count if count else 0

    def _type(self, event: KeyPressEvent) -> None:
        if self._filters and event.data.isprintable():
            self._filter(self._typed + event.data)

    def _filter(self, typed: str) -> None:
        if typed != self._typed:
            self._typed, self._place = typed.lstrip(), 0

    def _answer(self, event: KeyPressEvent) -> None:
        if self._found:
            self._is_answered = True
            event.app.exit(result=self._found[self._place].value)


def _titled(choice: Choice) -> str:
    return visible(f"{choice.label} – {choice.about}" if choice.about else choice.label)


def _shortened(text: str, room: int) -> str:
    """Return the whole words of a text that fit."""
    words = text.split()
    while words and len(" ".join(words)) > room:
        words.pop()
    return " ".join(words)
