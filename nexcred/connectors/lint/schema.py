"""The JSON Schema of a connector's file, for editors. It knows names and types; `connectors check` knows the rest."""

import inspect
from typing import Any

import msgspec

from nexcred.connectors.language.spec import Connector
from nexcred.connectors.lint.decode import SET_BY_LOADER


def connector_schema() -> dict[str, Any]:
    """Return the schema, made from the types that files are decoded with."""
    schema: dict[str, Any] = msgspec.json.schema(Connector, schema_hook=_anything)
    kinds = schema["$defs"]
    for kind in kinds.values():
        kind["description"] = inspect.cleandoc(kind["description"])
    for key in SET_BY_LOADER:
        del kinds["Connector"]["properties"][key]
    return schema


def _anything(_kind: type) -> dict[str, Any]:
    """Stand for what the types leave open: the values in the JSON body of a request."""
    return {"description": "any value; its texts are templates"}
