"""What `nexcred help TOPIC` prints, made from what the program itself goes by."""

import re

from nexcred import errors
from nexcred.local.settings import KNOWN_SETTINGS
from nexcred.local.settings_file import settings_path

_TREE_LINE = re.compile(r"^[│├└─ ]*(\w+) {2,}(\d+) *(.*)$", re.MULTILINE)


def settings_topic() -> str:
    """List the settings, with the variable and the flag of each."""
    path = settings_path()
    lines = [
        "A flag decides over a variable, and that over the file. See also: nexcred config list",
        "",
        "There is no file: HOME is not set to a folder." if path is None else str(path),
        "",
    ]
    for key, setting in KNOWN_SETTINGS.items():
        lines.append(f"{key:15}{setting.about}")
        lines.append(f"{'':15}{', '.join(filter(None, (setting.variable, setting.flag)))}")
    return "\n".join(lines)


def exit_codes_topic() -> str:
    """List how a command can end."""
    return "\n".join(f"{code:>3}  {meaning}" for code, meaning in exit_codes().items())


def exit_codes() -> dict[int, str]:
    """Return what each exit code says: of the failures that share it, what the first of their tree says."""
    codes = {0: "done; all that was probed was accepted"}
    for _, code, meaning in failures():
        codes.setdefault(code, meaning)
    return dict(sorted(codes.items()))


def failures() -> list[tuple[str, int, str]]:
    """Return each failure of the tree: the name of its class, its exit code, and what happened."""
    return [(name, int(code), meaning) for name, code, meaning in _TREE_LINE.findall(errors.__doc__ or "")]
