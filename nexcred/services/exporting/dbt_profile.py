"""`profiles.yml` of dbt (docs.getdbt.com, Connect to Postgres): one profile a credential, with one output.

dbt reads YAML, then every value as a template of Jinja, and then puts its own secrets where a mark says so
(dbt-core, `config/renderer.py`, SecretRenderer).
"""

from collections.abc import Sequence

from nexcred.services.exporting.documents import scalar
from nexcred.services.exporting.exported import Exported, needed, require, texts, unfit
from nexcred.services.exporting.server_authorities import authorities_for

_KEYS = {
    "host": "host",
    "port": "port",
    "user": "username",
    "password": "password",
    "dbname": "database",
    "sslmode": "sslmode",
}
_SECRET_MARK = "$$$DBT_SECRET_START$$$"  # noqa: S105
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
    lines += [f"      {key}: {_value(one, field, needed(one, values, field))}" for key, field in _KEYS.items()]
    if path := authorities_for(one):
        lines.append(f"      sslrootcert: {_value(one, 'ca_certificate', path)}")
    lines += [f"      schema: {_SCHEMA}", f"      threads: {_THREADS}"]
    return "\n".join(lines) + "\n"


def _value(one: Exported, field: str, value: str) -> str:
    if field == "port":
        if not (value.isascii() and value.isdigit()):
            raise unfit(one, field, "is no number, which dbt needs")
        return value
    if _SECRET_MARK in value:
        raise unfit(one, field, "holds a mark that dbt replaces by a variable of its own")
    return scalar(_inert(value))


def _inert(value: str) -> str:
    """Make what Jinja would change, a mark of its own or a line break, an expression that is the value."""
    if not any(mark in value for mark in ("{{", "{%", "{#", "\n", "\r")):
        return value
    return "{{ '" + "".join(_ESCAPES.get(character, character) for character in value) + "' }}"
