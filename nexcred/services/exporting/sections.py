"""Sections of `key = value`, one each credential, as several tools' own files have them."""

from collections.abc import Callable, Mapping

from nexcred.model.named_tuple import NamedTuple
from nexcred.services.exporting.exported import Exported, unfit


class SectionLine(NamedTuple):
    """A line of a section; `problem` says what of its value the reader would lose or take for something else."""

    text: str
    problem: str = ""

    def __repr__(self) -> str:
        return f"SectionLine({self.problem!r})"


def section(
    one: Exported,
    name: str,
    values: Mapping[str, str],
    keys: Mapping[str, str],
    written: Callable[[str, str], SectionLine],
) -> str:
    """Return `[name]` and a line for each of `keys`, which name the fields, that has a value.

    `written` makes the line of a key and its value. Raises InvalidData for one that has a problem, and for a name that
    would end its brackets.
    """
    if set(name) & set("]\r\n\0"):
        raise unfit(one, "name", "holds ']', which ends the name of a section")
    lines = [f"[{name}]\n"]
    for key, field in keys.items():
        value = values.get(field, "")
        if not value:
            continue
        line = written(key, value)
        if line.problem:
            raise unfit(one, field, line.problem)
        lines.append(f"{line.text}\n")
    return "".join(lines)
