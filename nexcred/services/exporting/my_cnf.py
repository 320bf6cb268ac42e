"""`my.cnf` (MySQL manual, Using Option Files): `[client]`, or `[clientNAME]` for `--defaults-group-suffix=NAME`."""

from collections.abc import Sequence

from nexcred.model.option_file import quoted_option
from nexcred.services.exporting.exported import Exported, require, texts, unfit

_KEYS = {"host": "host", "port": "port", "database": "database", "user": "username", "password": "password"}


def write_my_cnf(exported: Sequence[Exported]) -> str:
    require(exported, "mysql", "my.cnf")
    return "\n".join(_section(one, "" if len(exported) == 1 else one.name) for one in exported)


def _section(one: Exported, suffix: str) -> str:
    if "]" in suffix:
        raise unfit(one, "name", "holds ']', which ends the name of a group")
    values = texts(one)
    lines = [f"[client{suffix}]\n"]
    for key, field in _KEYS.items():
        value = values.get(field, "")
        if "\0" in value:
            raise unfit(one, field, "holds a NUL, which an option file cannot")
        if value:
            lines.append(f"{key}={quoted_option(value)}\n")
    return "".join(lines)
