"""The fields of a form: what each asks for, how it is typed, and what is wrong with what was."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from nexcred.connectors.hygiene import clean_paste
from nexcred.connectors.language.kinds import FREE
from nexcred.connectors.language.spec import Field, Method
from nexcred.errors import InvalidData, MissingField, NameTaken, Problem
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of

Widget = Literal["line", "password", "lines", "choice"]
_LONG = ("file", "json", "private_key", FREE)
PREFIX = "field."
# The fields that every form has: the id of each, and what it is called.
_LABELS = {
    "name": ("name", "Credential name"),
    "description": ("description", "Credential description"),
    "tag": ("tags", "Tag"),
    "tags": ("tags", "Tags"),
}


class FieldInput(NamedTuple):
    """One field as it is shown. `value` is never a secret: of one that is there already, `is_kept` says so.

    `when` is the field by whose value it is asked for, and `values` those values.
    """

    name: str
    label: str
    help: str
    widget: Widget
    value: str
    default: str
    is_required: bool
    is_kept: bool
    is_secret: bool
    is_advanced: bool
    choices: tuple[str, ...]
    steps: tuple[str, ...]
    problem: str
    when: str
    values: tuple[str, ...]

    def __repr__(self) -> str:
        return repr_of(self, "name")


def inputs_of(
    fields: Sequence[Field], given: Mapping[str, object], problems: Sequence[Problem] = ()
) -> list[FieldInput]:
    """Return an input for each field, with what was typed before, secrets aside."""
    wrong = {one.field: one.problem for one in problems}
    return [_input(field, given.get(field.name), wrong.get(field.name, "")) for field in fields]


def _input(field: Field, given: object, problem: str) -> FieldInput:
    default = "" if field.default is None else str(field.default)
    is_kept = isinstance(given, Secret)
    shown = "" if is_kept or given is None else str(given)
    if given is None and field.choices:
        shown = default
    return FieldInput(
        name=field.name,
        label=field.label,
        help=field.help,
        widget=_widget(field),
        value=shown,
        default=default,
        is_required=field.required and field.default is None,
        is_kept=is_kept,
        is_secret=field.secret,
        is_advanced=field.advanced,
        choices=field.choices if field.required else ("", *field.choices),
        steps=field.steps,
        problem=problem,
        when=field.when.field if field.when else "",
        values=field.when.values if field.when else (),
    )


def _widget(field: Field) -> Widget:
    if field.choices:
        return "choice"
    if field.kind in _LONG:
        return "lines"
    return "password" if field.secret else "line"


def read_typed(
    fields: Sequence[Field], typed: Mapping[str, str], before: Mapping[str, object]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return what was typed, cleaned as at a prompt, and a sentence for each change.

    A secret that was left empty stays what it was; anything else that is empty is not given.
    """
    values: dict[str, object] = {}
    notes: list[str] = []
    for field in fields:
        text = typed.get(field.name, "")
        if not text:
            if field.secret and isinstance(before.get(field.name), Secret):
                values[field.name] = before[field.name]
            continue
        cleaned, changed = (text, ()) if field.kind == FREE else clean_paste(field, text)
        notes.extend(f"{field.label}: {sentence}" for sentence in changed)
        if cleaned:
            values[field.name] = Secret(cleaned) if field.secret else cleaned
    return values, tuple(notes)


def typed_tags(text: str) -> tuple[str, ...]:
    """Return the tags that were typed, with commas or line ends between them."""
    return tuple(tag for tag in text.replace("\n", ",").split(",") if tag.strip())


def problems_of(error: InvalidData | MissingField | NameTaken) -> tuple[Problem, ...]:
    """Return what is wrong with a form, by its fields where that is known."""
    if isinstance(error, NameTaken):
        return (Problem("name", "is taken"),)
    return error.problems or (Problem("", error.message),)


def problems_told(method: Method | None, problems: Sequence[Problem]) -> Iterator[tuple[str, str]]:
    """Yield for each problem the id of its field in the form, "" for none, and a sentence that names it."""
    for one in problems:
        field = method.find(one.field) if method else None
        if field is not None:
            yield f"f-{field.name}", f"{field.label} {one.problem}"
        else:
            known, label = _LABELS.get(one.field, ("", one.field))
            yield known, f"{label} {one.problem.removeprefix('it ')}".strip()
