"""The JSON Schema of a connector's file, for editors. It knows names and types; `connectors check` knows the rest."""

import inspect
from typing import Any

import msgspec

from nexcred.connectors.language.extending import LAID_OVER
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
    kinds["Extending"] = _extending(kinds)
    del schema["$ref"]
    either = {"then": {"$ref": "#/$defs/Extending"}, "else": {"$ref": "#/$defs/Connector"}}
    return {"if": {"required": ["extends"]}, **either, **schema}


def _extending(kinds: dict[str, Any]) -> dict[str, Any]:
    """Return what a file is that extends another: of what is laid over that one's, only the names of keys are known."""
    whole = kinds["Connector"]
    known = {key: whole["properties"][key] for key in whole["properties"] if key not in LAID_OVER}
    known |= {key: {"type": "array", "items": _named(kinds[key.capitalize()])} for key in ("method", "field")}
    required = [*(key for key in whole["required"] if key != "method"), "extends"]
    properties = {key: known.get(key, {}) for key in whole["properties"]}
    return {**whole, "title": "Extending", "properties": properties, "required": required}


def _named(kind: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {**{key: {} for key in kind["properties"]}, "name": {"type": "string"}}
    return {"type": "object", "properties": properties, "required": ["name"], "additionalProperties": False}


def _anything(_kind: type) -> dict[str, Any]:
    """Stand for what the types leave open: the values in the JSON body of a request."""
    return {"description": "any value; its texts are templates"}
