"""What is copied, by which program, who may see it, and what becomes of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from nexcred.cli.clipboard import holder
from tests.support.clipboard import StandInClipboard, holders, shows_anywhere
from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.waiting import wait_until

VALUE = "clipped-EXAMPLE"
WAYLAND, WSL = {"WAYLAND_DISPLAY": "wayland-0"}, {"WSL_DISTRO_NAME": "Debian"}


@pytest.fixture
def clipboard(tmp_path: Path) -> StandInClipboard:
    return StandInClipboard(tmp_path / "bin")


@pytest.fixture
def stocked(opened: Opened, clipboard: StandInClipboard) -> Opened:
    opened.environment["PATH"] = str(clipboard.folder)
    added = opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": VALUE})
    assert added.code == 0, added.err
    return opened


def clip(program: Opened, system: dict[str, str], *, seconds: int = 600, name: str = "resci") -> Ran:
    return program("get", name, "-c", environment={**system, "NEXCRED_CLIP_SECONDS": str(seconds)})


def test_it_is_copied_and_nothing_is_printed(stocked: Opened, clipboard: StandInClipboard) -> None:
    clipboard.install("wl-copy", "serves")
    ran = clip(stocked, WAYLAND)
    assert (ran.code, ran.out) == (0, "")
    assert "copied api_key of 'resci': cleared after 600 s" in ran.err
    assert clipboard.holds == VALUE.encode()
    assert [arguments for _, arguments, _ in clipboard.calls] == [["--type", "text/plain", "--sensitive"]]
    clipboard.copy_another(b"another")
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert clipboard.holds == b"another"


def test_no_command_line_and_no_environment_has_it(stocked: Opened, clipboard: StandInClipboard) -> None:
    clipboard.install("wl-copy", "serves")
    assert clip(stocked, WAYLAND).code == 0
    assert len(holders(str(clipboard.folder))) == 1
    assert shows_anywhere(VALUE.encode()) == []
    assert shows_anywhere(stocked.environment["NEXCRED_IDENTITY"].encode()) == []
    (_, arguments, environment), *_ = clipboard.calls
    assert VALUE not in json.dumps([arguments, environment])
    assert not any(name.startswith("NEXCRED_") for name in environment)
    clipboard.copy_another(b"")
    wait_until(lambda: not holders(str(clipboard.folder)))


def test_it_is_cleared_when_its_time_is_over(stocked: Opened, clipboard: StandInClipboard) -> None:
    clipboard.install("wl-copy", "serves")
    assert clip(stocked, WAYLAND, seconds=1).code == 0
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert clipboard.holds == b""
    assert clipboard.calls[-1][1] == ["--clear"]


def test_an_older_wl_copy_is_asked_without_the_mark(stocked: Opened, clipboard: StandInClipboard) -> None:
    clipboard.install("wl-copy", "serves", refuses_mark=True)
    assert clip(stocked, WAYLAND, seconds=1).code == 0
    assert clipboard.holds == VALUE.encode()
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert clipboard.holds == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
def test_whoever_ends_the_holder_clears_it(
    stocked: Opened, clipboard: StandInClipboard, number: signal.Signals
) -> None:
    clipboard.install("wl-copy", "serves")
    assert clip(stocked, WAYLAND).code == 0
    (process,) = holders(str(clipboard.folder))
    os.kill(process, number)
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert clipboard.holds == b""


@pytest.mark.parametrize(("does", "why"), [("hangs", "wl-copy did not take it within"), ("fails", "wl-copy failed")])
def test_a_program_that_does_not_do_it_is_told(
    stocked: Opened, clipboard: StandInClipboard, does: str, why: str
) -> None:
    clipboard.install("wl-copy", does)
    ran = clip(stocked, WAYLAND)
    assert (ran.code, ran.out) == (1, "")
    assert f"the clipboard of Wayland cannot be reached: {why}" in ran.err
    assert VALUE not in ran.err
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert shows_anywhere(str(clipboard.folder / "wl-copy").encode()) == []


def test_windows_is_told_by_its_own_program(stocked: Opened, clipboard: StandInClipboard) -> None:
    clipboard.install("clip.exe", "keeps")
    clipboard.install("powershell.exe", "reads")
    assert clip(stocked, WSL, seconds=1).code == 0
    assert clipboard.holds == VALUE.encode()
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert clipboard.holds == b""


def test_what_somebody_else_copied_stays(stocked: Opened, clipboard: StandInClipboard) -> None:
    clipboard.install("clip.exe", "keeps")
    clipboard.install("powershell.exe", "reads")
    assert clip(stocked, WSL, seconds=2).code == 0
    clipboard.copy_another(b"another")
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert clipboard.holds == b"another"


@pytest.mark.parametrize("does", ["hangs", "fails"])
def test_where_nobody_can_tell_whose_it_is_it_is_cleared(
    stocked: Opened, clipboard: StandInClipboard, does: str
) -> None:
    clipboard.install("clip.exe", "keeps")
    clipboard.install("powershell.exe", does)
    assert clip(stocked, WSL, seconds=1).code == 0
    wait_until(lambda: not holders(str(clipboard.folder)))
    assert clipboard.holds == b""


def held_on_macos(clipboard: StandInClipboard, value: bytes, reads: list[str]) -> bytes:
    """Return what the process that holds five bytes prints; only the way to it is found elsewhere there."""
    plan = {"copies": [["pbcopy"]], "clears": ["pbcopy"], "reads": reads, "hold_s": 1, "size": 5}
    done = subprocess.run(
        [sys.executable, "-I", "-S", holder.__file__],
        input=json.dumps(plan).encode() + b"\n" + value,
        stdout=subprocess.PIPE,
        env={"PATH": str(clipboard.folder)},
        timeout=60,
        check=True,
    )
    return done.stdout


def test_macos_programs_do_it(clipboard: StandInClipboard) -> None:
    clipboard.install("pbcopy", "keeps")
    clipboard.install("pbpaste", "reads")
    told = held_on_macos(clipboard, b"value", ["pbpaste"])
    assert told == b"copied\n"
    assert [name for name, _, _ in clipboard.calls] == ["pbcopy", "pbpaste", "pbcopy"]
    assert clipboard.holds == b""


def test_half_a_value_is_never_copied(clipboard: StandInClipboard) -> None:
    clipboard.install("pbcopy", "keeps")
    told = held_on_macos(clipboard, b"val", [])
    assert (told, clipboard.calls) == (b"", [])


def test_where_there_is_no_clipboard_nothing_is_printed(stocked: Opened) -> None:
    ran = stocked("get", "resci", "--clip")
    assert (ran.code, ran.out) == (1, "")
    assert "there is no clipboard here" in ran.err
    assert VALUE not in ran.err


@pytest.mark.parametrize("seconds", ["0", "-1", "soon", "1e3", "99999", "٣"])
def test_a_time_that_is_none_is_refused(stocked: Opened, clipboard: StandInClipboard, seconds: str) -> None:
    clipboard.install("wl-copy", "serves")
    ran = stocked("get", "resci", "-c", environment={**WAYLAND, "NEXCRED_CLIP_SECONDS": seconds})
    assert (ran.code, ran.out) == (2, "")
    assert "NEXCRED_CLIP_SECONDS must be a whole number from 1 to 3600" in ran.err
    assert clipboard.calls == []
