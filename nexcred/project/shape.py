"""The shape of a project file: its keys and what each holds, for whoever decodes one and as JSON Schema for editors."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

NEEDS: Mapping[str, Schema] = {
    "credentials": {
        "description": "Credentials that are handed over whole: the variables and files that their tools read.",
        "type": "array",
        "items": {"type": "string"},
    },
    "env": {
        "description": "Variables that hold one value each: NAME/FIELD.",
        "type": "object",
        "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$"},
        "additionalProperties": {"type": "string", "pattern": "/"},
    },
}


def _table_of(keys: Mapping[str, Schema]) -> dict[str, Any]:
    return {"type": "object", "properties": keys, "additionalProperties": False}


TOP: Mapping[str, Schema] = {
    "default_profile": {"description": "The profile that is taken when none is named.", "type": "string"},
    **NEEDS,
    "vault": {
        "description": "The vault, by a name from the user's own settings: never a path or a URL.",
        "type": "string",
        "pattern": r"^[^/\\:.]+$",
    },
    "profile": {
        "description": "What each profile needs on top of what stands above.",
        "type": "object",
        "additionalProperties": _table_of(NEEDS),
    },
}


def project_schema() -> dict[str, Any]:
    """Return the schema; which variables are refused, only nexcred itself knows."""
    return _table_of(TOP)
