"""Which way leads to the clipboard of the person at the keyboard, as the environment says."""

from collections.abc import Callable, Mapping

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.surroundings import is_over_ssh

Which = Callable[[str], str | None]
Command = tuple[str, ...]
_XCLIP = ("xclip", "-selection", "clipboard")
_WL_COPY = ("wl-copy", "--type", "text/plain")
# Of clip.exe nobody documents how it reads letters beyond ASCII; these say it.
_POWERSHELL = ("powershell.exe", "-NoProfile", "-NonInteractive", "-Command")
_AS_UTF_8 = "$e=[Text.UTF8Encoding]::new($false);[Console]::InputEncoding=$e;[Console]::OutputEncoding=$e;"
_POWERSHELL_COPIES = (*_POWERSHELL, f"{_AS_UTF_8}Set-Clipboard -Value ([Console]::In.ReadToEnd())")
_POWERSHELL_READS = (*_POWERSHELL, f"{_AS_UTF_8}[Console]::Out.Write((Get-Clipboard -Raw))")


class ByPrograms(NamedTuple):
    """Programs that take the value on standard input: of `copies` the first that succeeds is enough.

    A program that serves the clipboard itself goes on running until somebody else copies: that tells whose it is. Where
    the system keeps it, `reads` prints what is there.
    """

    title: str
    copies: tuple[Command, ...]
    clears: Command = ()
    reads: Command = ()

    def __repr__(self) -> str:
        return repr_of(self, "title")


class ByTerminal(NamedTuple):
    """The terminal, by OSC 52, whose clipboard nobody but the person can clear; inside tmux by tmux."""

    inside_tmux: bool = False


Way = ByPrograms | ByTerminal


def find_way(environment: Mapping[str, str], platform: str, which: Which, *, is_ascii: bool) -> Way | None:
    """Return the way to the clipboard of this desktop, else of the terminal; None where neither is to be had.

    Over SSH this machine's own clipboard is not the person's, but for a display that is forwarded.
    """
    display = environment.get("DISPLAY", "")
    if is_over_ssh(environment):
        is_forwarded = display and not display.startswith(":")
        return (_by_x11(which) if is_forwarded else None) or _by_terminal(environment, which)
    return _by_desktop(environment, platform, which, is_ascii=is_ascii) or _by_terminal(environment, which)


def _by_desktop(environment: Mapping[str, str], platform: str, which: Which, *, is_ascii: bool) -> ByPrograms | None:
    if environment.get("WSL_DISTRO_NAME") and which("clip.exe"):
        copies = ("clip.exe",) if is_ascii else _POWERSHELL_COPIES
        return ByPrograms("Windows", (copies,), ("clip.exe",), _POWERSHELL_READS)
    if platform == "darwin" and which("pbcopy"):
        return ByPrograms("macOS", (("pbcopy",),), ("pbcopy",), ("pbpaste",))
    if environment.get("WAYLAND_DISPLAY") and which("wl-copy"):
        # The mark that histories heed came with wl-clipboard 2.3; those before refuse the option.
        return ByPrograms("Wayland", ((*_WL_COPY, "--sensitive"), _WL_COPY), ("wl-copy", "--clear"))
    return _by_x11(which) if environment.get("DISPLAY") else None


def _by_x11(which: Which) -> ByPrograms | None:
    if which("xclip"):
        return ByPrograms("X11", ((*_XCLIP, "-in"),))
    if which("xsel"):
        return ByPrograms("X11", (("xsel", "--clipboard", "--input"),), ("xsel", "--clipboard", "--clear"))
    return None


def _by_terminal(environment: Mapping[str, str], which: Which) -> ByTerminal | None:
    if environment.get("TMUX"):
        return ByTerminal(inside_tmux=True) if which("tmux") else None
    # GNU screen and a terminal that cannot draw pass nothing on.
    return None if environment.get("STY") or environment.get("TERM", "dumb") in ("dumb", "linux") else ByTerminal()
