"""Find what is wrong with the fields of one method, each alone and all beside each other."""

import re
from collections.abc import Iterator

from nexcred.auth.pick import problem_in_expression
from nexcred.connectors.filled_values import is_templated
from nexcred.connectors.language.condition import When
from nexcred.connectors.language.key_form import problem_in_key_form
from nexcred.connectors.language.kinds import problem_in_kind
from nexcred.connectors.language.pattern import fits, problem_in_pattern
from nexcred.connectors.language.spec import Field, Part
from nexcred.connectors.language.stand_ins import CERTIFICATES
from nexcred.connectors.lint.structure import Found
from nexcred.connectors.parts import parts_as_fields
from nexcred.model.days import TODAY
from nexcred.model.run_variables import may_be_declared
from nexcred.model.template import names_in, sole_name

_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
ENV_NAME = re.compile(r"[A-Z_][A-Z0-9_]*")
# Names that templates and identities give to other things.
_RESERVED = ("token", "answer", TODAY)

Placed = list[tuple[str, Field]]


def problems_in_fields(placed: Placed) -> Iterator[Found]:
    """Yield the problems of fields given with their paths."""
    yield from _problems_in_names(placed)
    fields = {field.name: field for _, field in placed} | parts_as_fields(field for _, field in placed)
    for at, field in placed:
        yield from _problems_in_field(field, at)
        yield from _problems_in_default(field, at, fields)
        yield from _problems_in_defaults(field, at, fields)
        if field.when:
            is_own = fields.get(field.when.field) is field
            yield from problems_in_condition(field.when, f"{at}.when", {} if is_own else fields)


def _problems_in_names(placed: Placed) -> Iterator[Found]:
    seen: set[str] = set()
    for at, field in placed:
        parts = [(f"{at}.part[{index}].name", part.name) for index, part in enumerate(field.parts)]
        for place, name in ((f"{at}.name", field.name), *parts):
            if not _FIELD_NAME.fullmatch(name):
                yield place, "must be lower-case letters, digits and '_'"
            if name in _RESERVED:
                yield place, f"'{name}' means something else in templates"
        for name in (field.name, *field.aliases, *(part.name for part in field.parts)):
            if name in seen:
                yield at, f"'{name}' is given twice among the names, aliases and parts"
            seen.add(name)


def _problems_in_field(field: Field, at: str) -> Iterator[Found]:
    if not field.label.strip():
        yield f"{at}.label", "is empty"
    if field.pattern and (problem := problem_in_pattern(field.pattern)):
        yield f"{at}.pattern", problem
    for index, form in enumerate(field.key_forms):
        if problem := _problem_of_key_form(field, form):
            yield f"{at}.key_forms[{index}]", problem
    yield from _problems_of_variable(field, at)
    if len(set(field.choices)) != len(field.choices):
        yield f"{at}.choices", "holds a value twice"
    if field.secret and field.choices:
        yield f"{at}.choices", "shows the values of a secret"
    if field.secret and field.kind in ("int", "url", "path", "jmespath"):
        yield f"{at}.kind", f"a secret cannot be of kind {field.kind}"
    if not field.secret and (field.jwt or field.verbatim):
        yield at, "'jwt' and 'verbatim' belong to secrets"
    yield from _problems_of_kinds(field, at)


def _problem_of_key_form(field: Field, form: str) -> str:
    """A form is looked for in values of which nothing is known: it has to be this provider's alone."""
    if field.kind != "text":
        return "belongs to a field of kind text"
    if problem := problem_in_pattern(form):
        return problem
    return problem_in_key_form(form)


def _problems_of_variable(field: Field, at: str) -> Iterator[Found]:
    for place, name in ((f"{at}.env", field.env), *((f"{at}.env_also", also) for also in field.env_also)):
        if name and not ENV_NAME.fullmatch(name):
            yield place, "must be upper-case letters, digits and '_'"
        elif not may_be_declared(name):
            yield place, f"programs run or load what {name} says, and a connector is only data"
    if field.env_also and not field.env:
        yield f"{at}.env_also", "names further variables, but 'env' names none"
    if field.setting and (not field.env or field.secret or field.env_absent):
        yield f"{at}.setting", "is for a field with 'env' that is not a secret, and may be without a value"
    if not field.env_default and (not field.env or field.default is None):
        yield f"{at}.env_default", "keeps a default from the variable, but 'env' or 'default' is missing"
    if "{" in field.env_absent and field.env_absent != CERTIFICATES:
        yield f"{at}.env_absent", f"is a text, or {CERTIFICATES}"


def _problems_of_kinds(field: Field, at: str) -> Iterator[Found]:
    """Find keys that belong to fields of another kind."""
    for index, part in enumerate(field.parts):
        yield from _problems_in_part(field, part, f"{at}.part[{index}]")
    if field.kind != "json" and field.json_type:
        yield at, "'json_type' belongs to kind json"
    if field.kind not in ("json", "text") and field.parts:
        yield at, "'part' belongs to kind json or text"
    if field.kind != "int" and (field.min is not None or field.max is not None):
        yield at, "'min' and 'max' belong to kind int"
    if field.min is not None and field.max is not None and field.min > field.max:
        yield f"{at}.min", "is above max"


def _problems_in_part(field: Field, part: Part, at: str) -> Iterator[Found]:
    if part.pattern and (problem := problem_in_pattern(part.pattern)):
        yield f"{at}.pattern", problem
    if field.kind == "text":
        if part.pick or not part.after or not part.pattern or part.kind != "text":
            yield at, "of a text needs 'after' and 'pattern', and is itself a text"
    elif not part.pick or part.after:
        yield at, "of JSON needs 'pick', and no 'after'"
    elif problem := problem_in_expression(part.pick):
        yield f"{at}.pick", problem


def _problems_in_default(field: Field, at: str, fields: dict[str, Field]) -> Iterator[Found]:
    if field.default is None:
        return
    if field.secret:
        yield f"{at}.default", "is a secret's, which nobody may know"
    elif is_templated(field):
        yield from _problems_in_templated_default(str(field.default), at, fields)
    elif field.kind == "url" and not str(field.default).startswith("https://"):
        yield f"{at}.default", "must begin with https://"
    elif field.choices and field.default not in field.choices:
        yield f"{at}.default", "is not among the choices"
    elif field.pattern and not problem_in_pattern(field.pattern) and not fits(field.pattern, str(field.default)):
        yield f"{at}.default", "does not fit the pattern"
    elif problem := problem_in_kind(field, field.default):
        yield f"{at}.default", problem


def _problems_in_defaults(field: Field, at: str, fields: dict[str, Field]) -> Iterator[Found]:
    if not field.default_by and not field.defaults:
        return
    if field.default_by not in fields or not field.defaults or not is_templated(field):
        yield (
            at,
            "'default_by' names a field, and 'defaults' the defaults of a url field for its values",
        )
        return
    for value, default in field.defaults.items():
        if not default.startswith("https://"):
            yield f"{at}.defaults.{value}", "must begin with https://"
        for _, problem in _problems_in_templated_default(default, at, fields):
            yield f"{at}.defaults.{value}", problem


def _problems_in_templated_default(default: str, at: str, fields: dict[str, Field]) -> Iterator[Found]:
    try:
        names = names_in(default)
    except ValueError as error:
        yield f"{at}.default", str(error)
        return
    part = fields.get(sole_name(default))
    if not default.startswith("https://") and (part is None or part.kind != "url"):
        yield f"{at}.default", "must begin with https://, or be a part of kind url"
    for name in names:
        if name not in fields:
            yield f"{at}.default", f"names '{name}', which is no field"
        elif fields[name].secret or is_templated(fields[name]):
            yield f"{at}.default", f"cannot be made of '{name}'"


def problems_in_condition(condition: When, at: str, fields: dict[str, Field]) -> Iterator[Found]:
    """Yield what is wrong with a `when` or `unless` that looks at these fields."""
    other = fields.get(condition.field)
    if other is None:
        yield f"{at}.field", f"'{condition.field}' is no other field"
    elif other.choices:
        choices = set(other.choices)
        strange = next((value for value in condition.values if value not in choices), None)
        if strange is not None:
            yield f"{at}.values", f"'{strange}' is not among the choices of {other.name}"
