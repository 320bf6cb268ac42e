"""Sections of `key = value`, one each credential, as several tools' own files have them."""

from collections.abc import Callable, Mapping

from nexcred.services.exporting.exported import Exported, unfit


def section(
    one: Exported,
    name: str,
    values: Mapping[str, str],
    keys: Mapping[str, str],
    written: Callable[[str, str], str | None],
    lossy: str,
) -> str:
    """Return `[name]` and a line for each of `keys`, which name the fields, that has a value.

    `written` makes the line of a key and its value, or None where that would lose something: `lossy` says what. Raises
    InvalidData for that, and for a name that would end its brackets.
    """
    if set(name) & set("]\r\n\0"):
        raise unfit(one, "name", "holds ']', which ends the name of a section")
    lines = [f"[{name}]\n"]
    for key, field in keys.items():
        value = values.get(field, "")
        if not value:
            continue
        line = written(key, value)
        if line is None:
            raise unfit(one, field, lossy)
        lines.append(f"{line}\n")
    return "".join(lines)
