"""`nexcred get --clip` against real clipboards: X11 under Xvfb, Wayland under sway, a terminal's inside tmux."""

import base64
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from tests.live.daemon import give_away
from tests.support.clipboard import holders, shows_anywhere
from tests.support.opened import Opened
from tests.support.waiting import wait_until
from tests.support.warm.start import programs

VALUE = "clipped ünïcode-EXAMPLE"
_READ = ("xclip", "-selection", "clipboard", "-out")


def needs(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(
        not all(map(shutil.which, names)), reason="needs apt-get install xvfb xclip xsel tmux sway wl-clipboard"
    )


@pytest.fixture
def stocked(opened: Opened, tmp_path: Path) -> Opened:
    file = tmp_path / "value"
    file.write_text(VALUE)
    to = ("--set", "base_url=https://api.example.com", "--allow-host", "api.example.com", "--set", "username=ada")
    added = opened("add", "rest", "held", "-m", "basic", *to, "--set", f"password=@{file}", "--no-probe")
    assert added.code == 0, added.err
    return opened


@pytest.fixture
def x11() -> Iterator[dict[str, str]]:
    """A display of its own, which the server chooses. It stays as it is when the last program has left.

    By default it begins anew then, and who comes meanwhile may hang.
    """
    told, tells = os.pipe()
    command = ["Xvfb", "-displayfd", str(tells), "-screen", "0", "64x64x8", "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(command, pass_fds=(tells,), stderr=subprocess.DEVNULL) as server:
        os.close(tells)
        try:
            with os.fdopen(told) as file:
                yield {"DISPLAY": f":{file.readline().strip()}"}
        finally:
            server.terminate()


@pytest.fixture
def wayland() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="nx-") as name, _sway(Path(name)) as environment:
        yield environment


@contextmanager
def _sway(folder: Path) -> Iterator[dict[str, str]]:
    """Run a compositor without a screen; it refuses to be root's."""
    (folder / "config").write_text("xwayland disable\n")
    give_away(folder)
    nobody = pwd.getpwnam("nobody")
    identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    headless = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
    with subprocess.Popen(
        ["sway", "-c", str(folder / "config")],
        env={**environment, **headless},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **identity,  # type: ignore[call-overload]
    ) as server:
        try:
            wait_until(lambda: any(folder.glob("wayland-*.lock")))
            socket = next(folder.glob("wayland-*.lock")).name.removesuffix(".lock")
            yield {"XDG_RUNTIME_DIR": str(folder), "WAYLAND_DISPLAY": socket}
        finally:
            server.terminate()


def held(command: tuple[str, ...], environment: dict[str, str]) -> bytes:
    """Return what the clipboard holds; nothing where it is empty, which these programs call a failure."""
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, timeout=30, check=False)
    return done.stdout


def clip(program: Opened, environment: dict[str, str], seconds: int) -> None:
    ran = program("get", "held", "-c", environment={**environment, "NEXCRED_CLIP_SECONDS": str(seconds)})
    assert (ran.code, ran.out) == (0, ""), ran.err
    assert "copied password of 'held': cleared after" in ran.err


@needs("Xvfb", "xclip")
def test_x11_has_it_for_a_while(stocked: Opened, x11: dict[str, str]) -> None:
    clip(stocked, x11, 3)
    assert held(_READ, x11) == VALUE.encode()
    assert shows_anywhere(VALUE.encode()) == []
    wait_until(lambda: held(_READ, x11) == b"")
    wait_until(lambda: not holders(x11["DISPLAY"]))


@needs("Xvfb", "xclip", "xsel")
def test_x11_has_it_for_a_while_by_xsel_too(stocked: Opened, x11: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "xsel").symlink_to(str(shutil.which("xsel")))
    clip(stocked, {**x11, "PATH": str(tmp_path / "bin")}, 3)
    assert held(_READ, x11) == VALUE.encode()
    wait_until(lambda: held(_READ, x11) == b"")


@needs("Xvfb", "xclip")
def test_another_copy_in_x11_is_left_alone(stocked: Opened, x11: dict[str, str]) -> None:
    clip(stocked, x11, 600)
    subprocess.run(
        ["xclip", "-selection", "clipboard"],
        input=b"another",
        env={**os.environ, **x11},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=30,
    )
    wait_until(lambda: not holders(x11["DISPLAY"]))
    assert held(_READ, x11) == b"another"


@needs("xclip")
def test_a_display_that_is_gone_is_told(stocked: Opened) -> None:
    ran = stocked("get", "held", "-c", environment={"DISPLAY": ":4711"})
    assert (ran.code, ran.out) == (1, "")
    assert "the clipboard of X11 cannot be reached: xclip failed" in ran.err


@needs("sway", "wl-copy", "wl-paste")
def test_wayland_has_it_for_a_while_and_no_file_is_left(stocked: Opened, wayland: dict[str, str]) -> None:
    read = ("wl-paste", "--no-newline")
    clip(stocked, wayland, 3)
    assert held(read, wayland) == VALUE.encode()
    wait_until(lambda: held(read, wayland) == b"")
    wait_until(lambda: not holders(wayland["XDG_RUNTIME_DIR"]))
    assert not list(Path("/tmp").glob("wl-copy-buffer-*"))


@pytest.mark.parametrize("setting", ["external", "on"])
@needs("tmux")
def test_inside_tmux_the_terminal_gets_it_and_no_buffer_keeps_it(stocked: Opened, tmp_path: Path, setting: str) -> None:
    """As a person has it over SSH: a terminal, tmux in it, and no display."""
    tmux = ["tmux", "-S", str(tmp_path / "socket")]
    (tmp_path / "conf").write_text(f"set -s set-clipboard {setting}\n")
    environment = {**stocked.environment, "TERM": "xterm-256color", "SSH_CONNECTION": "10.0.0.2 1 10.0.0.1 22"}
    script = f"{programs()}/nexcred get held --clip; tmux list-buffers; echo en''ded; read line"
    child: pexpect.spawn[bytes] = pexpect.spawn(
        tmux[0],
        [*tmux[1:], "-f", str(tmp_path / "conf"), "new-session", "sh", "-c", script],
        env=environment,
        timeout=30,
    )
    try:
        child.expect(b"ended")
        seen = child.before or b""
        (sent,) = re.findall(rb"\x1b\]52;[a-z]*;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)", seen)
        assert base64.b64decode(sent) == VALUE.encode()
        assert b"whose clipboard nexcred cannot clear" in re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\r\n *", b" ", seen)
        assert b"nexcred-" not in seen
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
        child.close(force=True)


def test_a_terminal_of_its_own_gets_it(stocked: Opened) -> None:
    environment = {**stocked.environment, "TERM": "xterm-256color", "PATH": "/nowhere"}
    command = stocked.command("get", "held", "--clip")
    child: pexpect.spawn[bytes] = pexpect.spawn(command[0], command[1:], env=environment, timeout=30)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert b"\x1b]52;c;" + base64.b64encode(VALUE.encode()) + b"\x07" in (child.before or b"")
    assert VALUE.encode() not in (child.before or b"")
