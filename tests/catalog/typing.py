"""What a person types who adds a credential of a method: the answers that are written for it, Enter for the rest."""

from collections.abc import Iterator

from nexcred.connectors.guidance import steps_for
from nexcred.connectors.language.spec import Field
from nexcred.connectors.values import is_asked
from tests.catalog.conversing import spoken
from tests.catalog.table import Conversation
from tests.support.terminal import Typed


def typed_for(one: Conversation) -> Iterator[Typed]:
    """Yield the answers to each question in turn; `?` goes before the first that has steps to show."""
    connector, method = spoken(one)
    yield Typed("Name", "\r")
    yield Typed("Description", "\r")
    if len(connector.methods) > 1:
        down = [known.name for known in connector.methods].index(method.name)
        yield Typed(f"   {connector.methods[-1].label}", "\x1b[B" * down + "\r")
    is_shown = False
    for field in (field for field in method.fields if not field.advanced and is_asked(field, one.values, method)):
        answer = str(one.values.get(field.name, ""))
        if field.choices:
            yield Typed(_last_of(field), _way_to(field, answer))
            continue
        if not is_shown and field.secret and steps_for(connector, method, field):
            yield Typed(field.label, "?\r")
            is_shown = True
        yield Typed(field.label, f"{'' if answer == str(field.default) else answer}\r")


def _last_of(field: Field) -> str:
    return f"   {field.choices[-1]}" if field.default != field.choices[-1] else f" » {field.choices[-1]}"


def _way_to(field: Field, answer: str) -> str:
    """Return the arrow keys from the default to the answer, and Enter."""
    start = field.choices.index(str(field.default)) if field.default is not None else 0
    down = field.choices.index(answer) - start if answer else 0
    return ("\x1b[B" if down > 0 else "\x1b[A") * abs(down) + "\r"
