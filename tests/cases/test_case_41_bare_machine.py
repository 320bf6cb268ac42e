"""Case 41: no HOME, no terminal, no locale, closed or full stdout: no traceback."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import Program
from tests.support.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]


@pytest.fixture
def kept(vaulted: Program) -> Program:
    """A vault with one credential."""
    added = vaulted("add", "aventri", "kept", "--set", "account_id=1", "--set", "api_key=-", "--no-probe", stdin=b"k")
    assert added.code == 0, added.err
    return vaulted


def test_case_41_closed_streams_bring_no_traceback(nexcred: Program) -> None:
    for closing in ("0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-", "| head -0"):
        command = f"{' '.join(nexcred.command('--help'))} {closing}"
        done = subprocess.run(
            ["bash", "-c", command], env=nexcred.environment, capture_output=True, timeout=60, check=False
        )
        assert b"Traceback" not in done.stderr
        assert b"Exception ignored" not in done.stderr


def test_case_41_a_full_disk_under_stdout_is_an_error(nexcred: Program) -> None:
    command = f"{' '.join(nexcred.command('--help'))} > /dev/full"
    done = subprocess.run(
        ["bash", "-c", command], env=nexcred.environment, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr == b"nexcred: error: standard output cannot be written to: no space left on device\n"


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("get", "kept/api_key"), ("add", "--help")])
@pytest.mark.parametrize(
    ("where", "told"),
    [
        (">&-", b"standard output is closed"),
        (">/dev/full", b"standard output cannot be written to: no space left on device"),
    ],
)
def test_case_41_a_result_that_cannot_be_written_is_told(
    kept: Program, words: tuple[str, ...], where: str, told: bytes
) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{shlex.join(kept.command(*words))} {where}"],
        env=kept.environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr


@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("get", "kept/api_key"), ("--help",)])
def test_case_41_a_reader_that_left_ends_it_by_sigpipe_as_other_programs(kept: Program, words: tuple[str, ...]) -> None:
    unread, pipe = os.pipe()
    os.close(unread)
    done = subprocess.run(
        kept.command(*words), env=kept.environment, stdout=pipe, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(pipe)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


def test_case_41_no_locale_and_no_home_bring_no_traceback(tmp_path: Path) -> None:
    program = Program(tmp_path, LANG="C", LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    del program.environment["HOME"]
    for arguments in (("--help",), ("connectors", "show", "aventri"), ("show", "überblick")):
        ran = program.run_bytes(
            *arguments, environment={"XDG_DATA_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
        )
        assert b"Traceback" not in ran.stderr
        assert b"internal" not in ran.stderr


def test_case_41_a_table_needs_no_utf8(vaulted: Program) -> None:
    added = vaulted(
        "add",
        "rest",
        "Überblick 報告",
        "--set",
        "base_url=https://example.com",
        "--set",
        "api_key=-",
        "--no-probe",
        stdin=b"k",
    )
    assert added.code == 0, added.err
    latin = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    for arguments in (("list",), ("show", "Überblick 報告")):
        ran = vaulted.run_bytes(*arguments, environment=latin)
        assert b"Traceback" not in ran.stderr
        assert b"\\xdcberblick" in ran.stdout
    listed = vaulted.run_bytes("list", "--json", environment=latin).stdout
    assert "Überblick 報告" in listed.decode()


def test_case_41_a_reader_that_leaves_early_is_no_error(vaulted: Program) -> None:
    command = f"{' '.join(vaulted.command('connectors', 'list', '--json'))} | head -c 1"
    done = subprocess.run(
        ["bash", "-c", command], env=vaulted.environment, capture_output=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == (b"[", b"")


def test_case_41_an_interrupt_while_it_starts_is_no_traceback(nexcred: Program) -> None:
    script = (
        "import runpy, sys\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'nexcred.cli.app.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "runpy.run_module('nexcred', run_name='__main__', alter_sys=True)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=nexcred.environment, capture_output=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
