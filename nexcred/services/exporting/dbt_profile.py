"""`profiles.yml` of dbt (docs.getdbt.com, Connect to Postgres): one profile a credential, with one output."""

from collections.abc import Sequence

from nexcred.services.exporting.documents import scalar
from nexcred.services.exporting.exported import Exported, needed, require, texts

_KEYS = {"host": "host", "port": "port", "user": "username", "password": "password", "dbname": "database"}
_OUTPUT = "nexcred"
_ESCAPES = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}
# dbt wants both; they are the project's to choose, not the credential's.
_SCHEMA, _THREADS = "public", 4


def write_dbt_profile(exported: Sequence[Exported]) -> str:
    require(exported, "postgres", "dbt")
    return "\n".join(_profile(one) for one in exported)


def _profile(one: Exported) -> str:
    values = texts(one)
    lines = [f"{scalar(one.name)}:", f"  target: {_OUTPUT}", "  outputs:", f"    {_OUTPUT}:", "      type: postgres"]
    lines += [f"      {key}: {_value(field, needed(one, values, field))}" for key, field in _KEYS.items()]
    lines += [f"      sslmode: {_value('sslmode', needed(one, values, 'sslmode'))}"]
    lines += [f"      schema: {_SCHEMA}", f"      threads: {_THREADS}"]
    return "\n".join(lines) + "\n"


def _value(field: str, value: str) -> str:
    return value if field == "port" and value.isdecimal() else scalar(_inert(value))


def _inert(value: str) -> str:
    """Make what Jinja would change, a mark of its own or a line break, an expression that is the value."""
    if not any(mark in value for mark in ("{{", "{%", "{#", "\n", "\r")):
        return value
    return "{{ '" + "".join(_ESCAPES.get(character, character) for character in value) + "' }}"
