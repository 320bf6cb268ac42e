"""What of a connector's file `run` needs: each field's variable, kind and default.

Read without the spec's types, which take longer to import than all the rest of a run. Only a built-in file is read so,
since the tests have decoded each strictly.
"""

import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from nexcred.connectors.names import find_connector

# Of these kinds tools want a file: the variable holds its path.
_IN_A_FILE = ("file", "json")


class HandedField(NamedTuple):
    """A field as `run` hands it over. `absent` is what its variable is set to where the field has no value."""

    name: str
    env: str
    kind: str
    default: str | int | None
    absent: str

    @property
    def wants_file(self) -> bool:
        return self.kind in _IN_A_FILE

    @property
    def has_templated_default(self) -> bool:
        """True for a default that is made of other values, and so not known here."""
        return isinstance(self.default, str) and "{" in self.default


def handed_fields(connector: str, method: str) -> tuple[HandedField, ...] | None:
    """Return the fields of a method of a built-in connector; None for one of the user's own, and for no such method."""
    files = find_connector(connector)
    if files.own or not files.built_in:
        return None
    document = tomllib.loads(files.built_in.read_text(encoding="utf-8"))
    for found in document["method"]:
        if found["name"] == method:
            return tuple(_handed([*document.get("field", ()), *found.get("field", ())]))
    return None


def _handed(fields: Iterable[Mapping[str, Any]]) -> Iterable[HandedField]:
    for field in fields:
        yield HandedField(
            name=field["name"],
            env=field.get("env", ""),
            kind=field.get("kind", "text"),
            default=field.get("default"),
            absent=field.get("env_absent", ""),
        )
