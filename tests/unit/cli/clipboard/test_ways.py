"""Which way leads to the clipboard of whoever sits at the keyboard."""

from collections.abc import Mapping

import pytest

from nexcred.cli.clipboard.ways import ByPrograms, ByTerminal, find_way

XTERM = {"TERM": "xterm-256color"}
SSH = {**XTERM, "SSH_CONNECTION": "10.0.0.2 1 10.0.0.1 22"}
EVERY = ("wl-copy", "xclip", "xsel", "tmux", "clip.exe", "pbcopy")


def found(
    environment: Mapping[str, str], *there: str, platform: str = "linux", is_ascii: bool = True
) -> list[str] | ByTerminal | None:
    """Return the program of the first command, the terminal, or None."""
    way = find_way(environment, platform, lambda name: name if name in there else None, is_ascii=is_ascii)
    return [command[0] for command in way.copies] if isinstance(way, ByPrograms) else way


@pytest.mark.parametrize(
    ("environment", "there", "programs"),
    [
        ({"DISPLAY": ":0"}, ("xclip", "xsel"), ["xclip"]),
        ({"DISPLAY": ":0"}, ("xsel",), ["xsel"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, EVERY, ["wl-copy", "wl-copy"]),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ("xclip",), ["xclip"]),
        ({"DISPLAY": ":0", "WSL_DISTRO_NAME": "Debian"}, EVERY, ["clip.exe"]),
        ({"DISPLAY": ":0", "WSL_DISTRO_NAME": "Debian"}, ("xclip",), ["xclip"]),
        ({**SSH, "DISPLAY": "localhost:10.0"}, EVERY, ["xclip"]),
    ],
    ids=str,
)
def test_a_desktop_has_programs(environment: dict[str, str], there: tuple[str, ...], programs: list[str]) -> None:
    assert found(environment, *there) == programs


def test_macos_has_its_own() -> None:
    assert found(XTERM, *EVERY, platform="darwin") == ["pbcopy"]
    assert found(SSH, *EVERY, platform="darwin") == ByTerminal()


def test_what_clip_exe_may_misread_goes_another_way() -> None:
    assert found({"WSL_DISTRO_NAME": "Debian"}, *EVERY, is_ascii=False) == ["powershell.exe"]


@pytest.mark.parametrize(
    ("environment", "way"),
    [
        (XTERM, ByTerminal()),
        ({**XTERM, "DISPLAY": ":0"}, ByTerminal()),
        (SSH, ByTerminal()),
        ({**SSH, "DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, ByTerminal()),
        ({**SSH, "TERM": "tmux-256color", "TMUX": "/tmp/tmux-0/default,1,0"}, ByTerminal(inside_tmux=True)),
        ({"TERM": "dumb"}, None),
        ({"TERM": "linux"}, None),
        ({}, None),
        ({"TERM": "screen", "STY": "1.pts-0.host"}, None),
    ],
    ids=str,
)
def test_elsewhere_it_is_the_terminals(environment: dict[str, str], way: ByTerminal | None) -> None:
    assert found(environment, "tmux") == way


def test_tmux_without_its_program_passes_nothing_on() -> None:
    assert found({**XTERM, "TMUX": "x"}) is None


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_no_value_is_part_of_a_command(platform: str) -> None:
    for environment in ({"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "w"}, {"WSL_DISTRO_NAME": "Debian"}, XTERM):
        way = find_way(environment, platform, lambda name: name, is_ascii=False)
        if isinstance(way, ByPrograms):
            assert not any("{" in word for command in (*way.copies, way.clears, way.reads) for word in command)
