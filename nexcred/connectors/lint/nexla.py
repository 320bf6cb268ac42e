"""Find what is wrong with the names that a method gives its values towards Nexla."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from nexcred.connectors.language.nexla_names import NexlaNames
from nexcred.connectors.language.spec import Field
from nexcred.connectors.lint.structure import Found
from nexcred.connectors.parts import parts_as_fields
from nexcred.model.template import names_in, pieces_of

_MOST_NAMES = 4


def problems_in_nexla(nexla: NexlaNames, at: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    """Yield templates that name no field, and keys that mean two things or nothing."""
    kinds = {field.name: field.kind for field in (*parts_as_fields(fields).values(), *fields)}
    for key, template in nexla.names.items():
        for problem in _problems_in_template(template, kinds):
            yield f"{at}.names.{key}", problem
    for key in (*nexla.fixed, *nexla.usual, *nexla.ignored):
        if key in nexla.names:
            yield f"{at}.names.{key}", "stands among 'fixed', 'usual' or 'ignored' too"
    for table, keys in (("objects", nexla.objects), ("words", tuple(nexla.words))):
        for key in keys:
            if key not in nexla.names:
                yield f"{at}.{table}", f"'{key}' is not among the names"


def _problems_in_template(template: str, kinds: Mapping[str, str]) -> Iterator[str]:
    try:
        named = names_in(template)
    except ValueError as error:
        yield str(error)
        return
    if not named:
        yield "names no field: a value that never changes belongs to 'fixed'"
    for name in named:
        if name not in kinds:
            yield f"names '{name}', which is no field"
    if len(named) > _MOST_NAMES or len(set(named)) < len(named):
        yield f"names a field twice, or more than {_MOST_NAMES}"
    for (name, _), following in pairwise(pieces_of(template)):
        if name and not _ends_before(kinds.get(name, "text"), following, kinds):
            yield f"must have a space after '{{{name}}}', or after a URL its path: else nobody can tell where it ends"


def _ends_before(kind: str, following: tuple[str, str], kinds: Mapping[str, str]) -> bool:
    """True when a value cannot be mistaken for what follows it: a value that is read is taken apart there."""
    name, literal = following
    if kind == "url":
        return literal.startswith(("/", "?", "#")) or kinds.get(name) == "path"
    return kind != "path" and literal.startswith(" ")
