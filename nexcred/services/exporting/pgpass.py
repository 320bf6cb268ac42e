"""`~/.pgpass` (PostgreSQL manual, The Password File): `host:port:database:username:password`."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, require, texts, unfit

_FIELDS = ("host", "port", "database", "username", "password")


def write_pgpass(exported: Sequence[Exported]) -> str:
    require(exported, "postgres", "pgpass")
    return "".join(_line(one) for one in exported)


def _line(one: Exported) -> str:
    values = texts(one)
    for field in _FIELDS:
        if set(values[field]) & set("\r\n\0"):
            raise unfit(one, field, "holds a line break or NUL, which a password file cannot")
    return ":".join(_escaped(values[field]) for field in _FIELDS) + "\n"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(":", "\\:")
