"""Whether an output is what its schema says, to the last key."""

import json
from typing import Any

from jsonschema import Draft202012Validator

from tests.support.program import Program

# What a Nexla is needed for is looked at where there is one.
AT_NEXLA = frozenset({"nexla push", "nexla status"})
# What changes the vault, or is told of keys, is looked at beside the rest.
OF_CHANGES = frozenset(
    {
        "exposure add",
        "exposure clear",
        "identity new",
        "member add",
        "member remove",
        "member role",
        "remove",
        "rename",
        "restore",
        "share",
        "team add",
        "team list",
        "team remove",
        "vault settings",
        "trash empty",
        "trash list",
        "trash restore",
        "trust",
        "unshare",
        "vault accept",
        "vault backup",
        "vault checkpoint",
        "vault compare",
        "vault init",
        "vault lock",
        "vault move",
        "vault passphrase",
        "vault recovery",
        "vault rekey",
        "vault restore-backup",
        "vault settle",
        "vault tidy",
        "vault unlock",
        "vault upgrade",
    }
)


def check_schema(program: Program, output: str, text: str) -> None:
    """Hold one output against the schema that the program prints for it."""
    printed = program("schema", *output.split())
    assert printed.code == 0
    problems = Draft202012Validator(_closed(json.loads(printed.out))).iter_errors(json.loads(text))
    assert [problem.message for problem in problems] == []


def _closed(schema: Any) -> Any:
    """Return the schema without leave for keys that it does not name, so that none is forgotten."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **closed} if isinstance(schema.get("properties"), dict) else closed
