"""`my.cnf` (MySQL manual, Using Option Files): `[client]`, or `[clientNAME]` for `--defaults-group-suffix=NAME`."""

from collections.abc import Sequence

from nexcred.model.option_file import problem_in_option, quoted_option
from nexcred.services.exporting.exported import Exported, require, texts
from nexcred.services.exporting.sections import SectionLine, section

_KEYS = {"host": "host", "port": "port", "database": "database", "user": "username", "password": "password"}


def write_my_cnf(exported: Sequence[Exported]) -> str:
    require(exported, "mysql", "my.cnf")
    return "\n".join(_section(one, "" if len(exported) == 1 else one.name) for one in exported)


def _section(one: Exported, suffix: str) -> str:
    return section(one, f"client{suffix}", texts(one), _KEYS, _line)


def _line(key: str, value: str) -> SectionLine:
    line = f"{key}={quoted_option(value)}"
    return SectionLine(line, problem_in_option(line))
