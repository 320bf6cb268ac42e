"""The JSON of a setting, as `config` prints it."""

from typing import TypedDict


class SettingShape(TypedDict):
    """What holds, and why: `origin` is default, file, environment or flag, and `where` which, null for a default."""

    name: str
    value: str | int | float | bool | None
    default: str | int | float | bool | None
    origin: str
    where: str | None
    variable: str
    flag: str | None
