"""The variable that Python sets for itself where there is no locale, and a program that it starts would inherit."""

from pathlib import Path

_SET_BY_PYTHON = ("C.UTF-8", "C.utf8", "UTF-8")


def without_own_locale(environment: dict[str, str]) -> dict[str, str]:
    """Return it without an `LC_CTYPE` that this process was not given (PEP 538)."""
    if environment.get("LC_CTYPE") not in _SET_BY_PYTHON:
        return environment
    try:
        given = Path("/proc/self/environ").read_bytes()
    except OSError:  # not on Linux: nothing tells whose it is
        return environment
    if any(line.startswith(b"LC_CTYPE=") for line in given.split(b"\0")):
        return environment
    return {name: value for name, value in environment.items() if name != "LC_CTYPE"}
