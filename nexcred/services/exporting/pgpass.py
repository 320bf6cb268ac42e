"""`~/.pgpass` (PostgreSQL manual, The Password File): `host:port:database:username:password`.

A '#' begins a comment, and a field that is '*' alone matches everything.
"""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, needed, require, texts, unfit

_FIELDS = ("host", "port", "database", "username", "password")


def write_pgpass(exported: Sequence[Exported]) -> str:
    require(exported, "postgres", "pgpass")
    return "".join(_line(one) for one in exported)


def _line(one: Exported) -> str:
    kept = texts(one)
    values = {field: needed(one, kept, field) for field in _FIELDS}
    for field, value in values.items():
        if set(value) & set("\r\n\0"):
            raise unfit(one, field, "holds a line break or NUL, which a password file cannot")
    return ":".join(map(_escaped, values.values())) + "\n"


def _escaped(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(":", "\\:")
    return f"\\{escaped}" if escaped == "*" or escaped.startswith("#") else escaped
