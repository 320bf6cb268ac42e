"""The JSON Schema of a project file, for editors."""

from typing import Any

_NEEDS: dict[str, Any] = {
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


def project_schema() -> dict[str, Any]:
    """Return the schema; which variables are refused, only nexcred itself knows."""
    return {
        "type": "object",
        "properties": {
            "default_profile": {"description": "The profile that is taken when none is named.", "type": "string"},
            **_NEEDS,
            "profile": {
                "description": "What each profile needs on top of what stands above.",
                "type": "object",
                "additionalProperties": {"type": "object", "properties": _NEEDS, "additionalProperties": False},
            },
        },
        "additionalProperties": False,
    }
