"""Fields that a credential names itself, of a method with `free_fields`.

Each becomes a field of the method as that credential has it, so that all else need not know of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, overload

from nexcred.connectors.language.free_names import fitting_names
from nexcred.connectors.language.kinds import FREE
from nexcred.connectors.load.fast_reader import QuickField, QuickMethod
from nexcred.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nexcred.connectors.language.spec import Field, Kind, Method
    from nexcred.model.credential import Value


def secrecy_of(values: Mapping[str, Value]) -> dict[str, bool]:
    """Say of each value whether it is kept as a secret."""
    return {name: isinstance(value, Secret) for name, value in values.items()}


@overload
def with_free_fields(method: Method, secrecy: Mapping[str, bool]) -> Method: ...
@overload
def with_free_fields(method: QuickMethod, secrecy: Mapping[str, bool]) -> QuickMethod: ...
def with_free_fields(method: Method | QuickMethod, secrecy: Mapping[str, bool]) -> Method | QuickMethod:
    """Return the method with a field for each of these names, that may be one; `secrecy` says which are secret."""
    if not method.free_fields:
        return method
    names = list(fitting_names(secrecy, [name for field in method.fields for name in (field.name, *field.aliases)]))
    if isinstance(method, QuickMethod):
        free = (QuickField(name, kind=FREE, secret=secrecy[name], free=True) for name in names)
        return method._replace(fields=(*method.fields, *free))
    from msgspec.structs import replace  # with the whole spec, which not every read needs

    return replace(method, fields=(*method.fields, *(free_field(name, secret=secrecy[name]) for name in names)))


def free_field(name: str, *, secret: bool) -> Field:
    """Return what a field is that a credential names: text of any number of lines; bytes too, where it is secret."""
    from nexcred.connectors.language.spec import Field  # as above

    return Field(name=name, label=name, kind=cast("Kind", FREE), secret=secret, verbatim=secret)
