"""`export NAME='value'`, for sh, bash, dash, zsh and what else speaks POSIX (XCU 2.2.2)."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, variables


def write_shell(exported: Sequence[Exported]) -> str:
    """Write for `eval "$(…)"`."""
    return "".join(f"export {one.name}={quote(one.value)}\n" for one in variables(exported))


def quote(value: str) -> str:
    """Quote so that nothing in it means anything: a quote ends, stands escaped, and begins again."""
    return "'" + value.replace("'", "'\\''") + "'"
