"""`set -e NAME` and `set -gx NAME 'value'`, for fish, where a backslash is an escape inside single quotes too."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, cleared, variables


def write_fish(exported: Sequence[Exported]) -> str:
    """Write for `… | source`."""
    unset = f"set -e {' '.join(cleared(exported))}\n" if cleared(exported) else ""
    return unset + "".join(f"set -gx {one.name} {quote(one.value)}\n" for one in variables(exported))


def quote(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
