"""Where nexcred runs, as its environment says: under CI, over SSH, at a desktop."""

from collections.abc import Mapping

_NO = frozenset({"", "0", "false"})
_REMOTE = ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
# Their windows need no variable.
_WINDOWED = ("darwin", "win32")


def is_set(environment: Mapping[str, str], variable: str) -> bool:
    """True for anything but empty, 0 or false."""
    return environment.get(variable, "").lower() not in _NO


def is_ci(environment: Mapping[str, str]) -> bool:
    """True under continuous integration: nobody is there to be asked."""
    return is_set(environment, "CI")


def is_over_ssh(environment: Mapping[str, str]) -> bool:
    """True where the person sits at another machine."""
    return any(environment.get(name) for name in _REMOTE)


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """True where a window can be shown on this machine's own screen."""
    return platform in _WINDOWED or any(environment.get(name) for name in _DISPLAYS)
