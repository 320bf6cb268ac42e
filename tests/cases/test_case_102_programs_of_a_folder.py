"""Case 102: a PATH with `.` in it, in a folder of somebody else's with programs called as those that nexcred starts."""

import os
import subprocess
import sys
from pathlib import Path

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import play
from tests.support.waiting import wait_until

RELATIVE = (".", "", "bin", "./bin", "bin/../bin")
STARTED = ("git", "op", "pass", "gopass", "bao", "vault", "xclip", "xsel", "wl-copy", "tmux", "no-pager", "no-browser")


@pytest.fixture
def planted(opened: Opened) -> Opened:
    """The program in a folder whose own programs come first on the PATH, and leave a mark when they are started."""
    for folder in (opened.home, opened.home / "bin"):
        folder.mkdir(exist_ok=True)
        for name in STARTED:
            path = folder / name
            path.write_text(f'#!/bin/sh\necho "$0 $*" >> {opened.home}/mark\ncat > /dev/null\n')
            path.chmod(0o755)
    added = opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "k-EXAMPLE"})
    assert added.code == 0, added.err
    opened.environment["PATH"] = os.pathsep.join((*RELATIVE, os.environ["PATH"], *RELATIVE))
    return opened


def started(program: Opened) -> str:
    mark = program.home / "mark"
    return mark.read_text() if mark.exists() else ""


@pytest.mark.parametrize("source", ["1password", "pass", "gopass", "openbao"])
def test_case_102_no_password_manager_of_the_folder_is_asked(planted: Opened, source: str) -> None:
    store = planted.home / ".password-store"
    store.mkdir()
    (store / "one.gpg").write_bytes(b"x")
    done = planted("import", source, *(["secret/app"] if source == "openbao" else []), "--yes")
    assert (done.code != 0, started(planted)) == (True, "")


@pytest.mark.parametrize(
    "system",
    [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}, {"TMUX": "/tmp/tmux-EXAMPLE,1,0"}],
    ids=lambda one: next(iter(one)),
)
def test_case_102_no_clipboard_of_the_folder_is_given_a_value(planted: Opened, system: dict[str, str]) -> None:
    done = planted("get", "resci", "-c", environment={**system, "TERM": "dumb"})
    assert (done.code != 0, started(planted)) == (True, "")


def test_case_102_git_is_the_machines(planted: Opened) -> None:
    (planted.home / ".git").mkdir()
    done = planted("export", "resci", "--format", "env", "-o", "exported")
    assert (done.code, started(planted)) == (0, "")


def test_case_102_the_pager_is_the_machines_and_one_that_is_named_by_its_path_is_started(planted: Opened) -> None:
    screen = pyte.Screen(80, 5)

    def shown(pager: str) -> None:
        variables = {**planted.environment, "TERM": "xterm", "NEXCRED_PAGER": pager}
        ended = play(planted.command("connectors", "list"), [], screen, environment=variables, folder=planted.home)
        assert ended.code == 0

    shown("no-pager")
    assert started(planted) == ""
    shown("./no-pager")
    assert started(planted) == "./no-pager \n"


def test_case_102_no_browser_of_the_folder_opens(planted: Opened, tmp_path: Path) -> None:
    true = tmp_path / "true-browser"
    true.write_text(f"#!/bin/sh\necho > {tmp_path}/opened\n")
    true.chmod(0o755)
    opens = "import os, nexcred.cli.terminal.browser as it; it.open_browser('http://127.0.0.1/', os.environ)"
    variables = {**planted.environment, "BROWSER": f"no-browser:{true}"}
    subprocess.run([sys.executable, "-P", "-c", opens], env=variables, cwd=planted.home, check=True)
    wait_until((tmp_path / "opened").exists)
    assert started(planted) == ""


def test_case_102_run_finds_a_command_as_the_shell_does(planted: Opened) -> None:
    assert planted("run", "-c", "resci", "--", "op", "signin").code == 0
    assert "op signin" in started(planted)
