"""Find what is wrong with the names that a method gives its values towards Nexla."""

from collections.abc import Iterator

from nexcred.connectors.nexla_names import NexlaNames
from nexcred.connectors.parts import parts_as_fields
from nexcred.connectors.spec import Field
from nexcred.connectors.structure import Found
from nexcred.model.template import names_in


def problems_in_nexla(nexla: NexlaNames, at: str, fields: tuple[Field, ...]) -> Iterator[Found]:
    """Yield templates that name no field, and keys that mean two things or nothing."""
    known = {field.name for field in fields} | set(parts_as_fields(fields))
    for key, template in nexla.names.items():
        for problem in _problems_in_template(template, known):
            yield f"{at}.names.{key}", problem
    for key in (*nexla.fixed, *nexla.usual, *nexla.ignored):
        if key in nexla.names:
            yield f"{at}.names.{key}", "stands among 'fixed', 'usual' or 'ignored' too"
    for table, keys in (("objects", nexla.objects), ("words", tuple(nexla.words))):
        for key in keys:
            if key not in nexla.names:
                yield f"{at}.{table}", f"'{key}' is not among the names"


def _problems_in_template(template: str, known: set[str]) -> Iterator[str]:
    try:
        named = names_in(template)
    except ValueError as error:
        yield str(error)
        return
    if not named:
        yield "names no field: a value that never changes belongs to 'fixed'"
    for name in named:
        if name not in known:
            yield f"names '{name}', which is no field"
