"""`unset NAME` and `export NAME='value'`, for sh, bash, dash, zsh and what else speaks POSIX (XCU 2.2.2)."""

from collections.abc import Sequence

from nexcred.services.exporting.exported import Exported, cleared, variables


def write_shell(exported: Sequence[Exported]) -> str:
    """Write for `eval "$(…)"`."""
    unset = f"unset {' '.join(cleared(exported))}\n" if cleared(exported) else ""
    return unset + "".join(f"export {one.name}={quote(one.value)}\n" for one in variables(exported))


def quote(value: str) -> str:
    """Quote so that nothing in it means anything: a quote ends, stands escaped, and begins again."""
    return "'" + value.replace("'", "'\\''") + "'"
