"""`nexcred run` at a terminal: keys, jobs, and what the command takes for a terminal."""

import fcntl
import os
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.support.handing_over import BESIDE, SECRET, WAYS, Handing

PATIENCE_S = 60
BARE_AND_WAYS = {"bare": None, **WAYS}


class Shell:
    """An interactive bash, with job control, in a terminal."""

    def __init__(self, program: Handing, words: list[str] | None) -> None:
        self.folder = program.home
        self.run = "" if words is None else " ".join(program.under(words))
        environment = {**program.environment, "PS1": "[prompt] ", "TERM": "dumb", "HISTFILE": ""}
        self.child: pexpect.spawn[str] = pexpect.spawn(
            "bash",
            ["--norc", "--noprofile", "--noediting"],
            env=environment,
            cwd=str(program.home),
            timeout=PATIENCE_S,
            encoding="utf-8",
            echo=False,
            dimensions=(24, 300),
        )
        self.child.expect_exact("[prompt] ")

    def type(self, line: str) -> None:
        self.child.sendline(line.replace("$RUN", self.run))

    def until(self, pattern: str) -> str:
        """Return what stood before the pattern."""
        self.child.expect(pattern)
        return str(self.child.before)

    def answer(self, line: str) -> str:
        """Return what a line prints."""
        self.type(line)
        return self.until(r"\[prompt\] ").replace("\r\n", "\n")


@pytest.fixture(params=BARE_AND_WAYS)
def shell(handing: Handing, request: pytest.FixtureRequest) -> Iterator[Shell]:
    shell = Shell(handing, BARE_AND_WAYS[request.param])
    yield shell
    shell.child.close(force=True)


COUNTING = """
import os, signal, sys
caught = []
signal.signal(signal.SIGINT, lambda *_: (caught.append(1), os.write(1, b"caught\\n")))  # print cannot break off print
signal.signal(signal.SIGTERM, lambda *_: (print("in all", len(caught), flush=True), sys.exit(9)))
woken, wakes = os.pipe()
os.set_blocking(wakes, False)
signal.set_wakeup_fd(wakes)
print("ready", flush=True)
while True:
    os.read(woken, 1)  # pause would miss a signal that comes just before it
"""


@pytest.fixture
def counting(handing: Handing) -> Path:
    path = handing.home / "counting.py"
    path.write_text(COUNTING)
    return path


def wait_until_taken(process: int, number: int) -> None:
    """Wait until this signal does not wait there any more: the kernel makes one of two that do."""
    status = Path(f"/proc/{process}/status")
    ends_at = time.monotonic() + PATIENCE_S
    while waiting(status.read_text()) >> (number - 1) & 1:
        assert time.monotonic() < ends_at, f"signal {number} was never taken"
        os.sched_yield()


def waiting(status: str) -> int:
    """Return the signals that wait for a process, as proc(5) tells."""
    return int(dict(line.split(":", 1) for line in status.splitlines())["ShdPnd"], 16)


@pytest.mark.usefixtures("counting")
def test_keys_and_signals_of_others_reach_it_once(shell: Shell) -> None:
    """A terminal's keys go to the whole group (GoogleCloudPlatform/berglas#158), `kill` of another to one process."""
    shell.type(f"$RUN {sys.executable} counting.py")
    shell.until("ready\r\n")
    shell.child.sendintr()
    shell.until("caught\r\n")
    job = os.tcgetpgrp(shell.child.fileno())
    wait_until_taken(job, signal.SIGINT)
    os.kill(job, signal.SIGINT)  # the leader: nexcred, or the command
    shell.until("caught\r\n")
    os.killpg(job, signal.SIGINT)
    shell.until("caught\r\n")
    os.kill(job, signal.SIGTERM)
    shell.until("in all 3\r\n")
    shell.until(r"\[prompt\] ")
    assert shell.answer("echo $?") == "9\n"


@pytest.mark.usefixtures("counting")
def test_kill_of_a_job_reaches_it_once(shell: Shell) -> None:
    shell.type(f"$RUN {sys.executable} counting.py &")
    shell.until("ready\r\n")
    for _ in range(3):
        shell.type("kill -INT %1")
        shell.until("caught\r\n")
    shell.type("kill %1; wait %1; echo code $?")
    shell.until("in all 3\r\n")
    shell.until("code 9\r\n")


def test_a_stopped_job_is_seen_and_goes_on(shell: Shell) -> None:
    """Once a key, not twice (shadow-maint/shadow#189), and the shell has its terminal back (sudo-rs#245)."""
    shell.type("$RUN sh -c 'while read line; do echo got $line; done; exit 6'")
    for number in range(5):
        shell.type(f"word{number}")  # when it is answered, the job has the terminal
        shell.until(f"got word{number}\r\n")
        shell.child.sendcontrol("z")
        shell.until(r"Stopped")
        shell.until(r"\[prompt\] ")
        assert "Stopped" in shell.answer("jobs")
        shell.type("fg")
    shell.type("last")
    shell.until("got last\r\n")
    shell.child.sendeof()
    shell.until(r"\[prompt\] ")
    assert shell.answer("echo $?") == "6\n"


def test_a_job_that_stops_itself_is_seen_to(shell: Shell) -> None:
    shell.type("$RUN sh -c 'echo ready; kill -STOP $$; echo on; exit 5'")
    shell.until("Stopped")
    shell.until(r"\[prompt\] ")
    shell.type("fg")
    shell.until("on\r\n")
    shell.until(r"\[prompt\] ")
    assert shell.answer("echo $?") == "5\n"


def test_in_the_background_it_is_stopped_when_it_reads_the_terminal(shell: Shell) -> None:
    shell.type("$RUN sh -c 'read line; echo got $line' &")
    shell.until(r"\[prompt\] ")
    shell.type("until jobs | grep -q Stopped; do :; done; fg")
    shell.until("sh -c .read line")
    shell.type("word")
    shell.until("got word\r\n")


def test_in_the_background_it_is_stopped_when_it_writes_where_the_terminal_says_so(shell: Shell) -> None:
    shell.answer("stty tostop")
    shell.type("$RUN sh -c 'echo written' &")
    shell.until(r"\[prompt\] ")
    shell.type("until jobs | grep -q Stopped; do :; done; echo is-stopped; fg")
    shell.until("is-stopped\r\n")
    shell.until("written\r\n")


def test_quitting_by_a_key_is_seen(shell: Shell) -> None:
    shell.type("$RUN sh -c 'echo ready; exec sleep 300'")
    shell.until("ready\r\n")
    shell.child.sendcontrol("\\")
    shell.until(r"\[prompt\] ")
    assert shell.answer("echo $?") == f"{128 + signal.SIGQUIT}\n"


def test_the_command_has_a_terminal_of_that_size(shell: Shell) -> None:
    """With its output masked too, or it would know no colours (1Password/shell-plugins#413)."""
    look = "import os, sys; print([os.isatty(n) for n in range(3)], *[os.get_terminal_size(n) for n in range(3)])"
    seen = shell.answer(f'$RUN {sys.executable} -c "{look}"')
    assert seen == "[True, True, True]" + " os.terminal_size(columns=300, lines=24)" * 3 + "\n"


def test_the_size_of_the_terminal_is_followed(shell: Shell) -> None:
    look = "import os; print('ready', flush=True)\nwhile os.get_terminal_size(1).columns != 99: pass\nprint('seen')"
    Path(shell.folder, "look.py").write_text(look)
    shell.type(f"$RUN {sys.executable} look.py")
    shell.until("ready\r\n")
    fcntl.ioctl(shell.child.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", 24, 99, 0, 0))
    shell.until("seen\r\n")


def test_lines_and_streams_keep_their_order_and_their_ends(shell: Shell) -> None:
    write = "import sys; print(1); print(2, file=sys.stderr); print(3); sys.stdout.write('\\r4\\tx\\n')"
    Path(shell.folder, "write.py").write_text(write)
    shell.type(f"$RUN {sys.executable} write.py")
    shell.child.expect_exact("[prompt] ")
    assert shell.child.before == "1\r\n2\r\n3\r\n\r4\tx\r\n"


def test_a_prompt_is_shown_before_it_is_answered(shell: Shell) -> None:
    """Also where its end might be the beginning of a secret (dotnet/cli#171, ku1ik/stderred#60)."""
    for prompt in (f"Go on? {SECRET[0]}", f"Go on? {SECRET[:3]}", "50%", "C:\\", "Name: "):
        Path(shell.folder, "prompt").write_text(prompt)
        shell.type("$RUN sh -c 'cat prompt; read line; echo got $line'")
        shell.child.expect_exact(prompt)
        shell.type("word")
        shell.until("got word\r\n")
        shell.until(r"\[prompt\] ")


def test_a_pager_in_the_same_pipe_has_the_terminal(shell: Shell) -> None:
    shell.type("$RUN seq 3 | sh -c 'cat; read line < /dev/tty; echo answered $line'")
    shell.until("1\r\n2\r\n3\r\n")
    shell.type("yes")
    shell.until("answered yes\r\n")


@pytest.mark.parametrize("way", BESIDE)
def test_a_terminal_that_goes_away_ends_the_command_and_leaves_no_file(handing: Handing, way: str) -> None:
    reading, writing = os.pipe()
    shell = Shell(handing, BESIDE[way])
    os.close(writing)
    os.close(reading)
    shell.type("$RUN sh -c 'echo \"[$MYSQL_HOME]\" ready; exec sleep 300'; exit")
    shell.until(r"ready\r\n")
    _, _, folder = str(shell.child.before).rpartition("[")
    folder = folder.partition("]")[0]
    assert bool(folder) == ("with a file" in way)
    assert not folder or Path(folder).is_dir()
    pid = os.tcgetpgrp(shell.child.fileno())
    shell.child.close(force=False)
    with subprocess.Popen(["tail", f"--pid={pid}", "-f", "/dev/null"]) as waiting:
        assert waiting.wait(60) == 0
    assert not folder or not Path(folder).exists()


def test_secrets_are_hidden_at_a_terminal(handing: Handing) -> None:
    shell = Shell(handing, WAYS["masked"])
    shown = shell.answer('$RUN sh -c \'echo "is $AVENTRI_API_KEY"; echo "and $AVENTRI_API_KEY" >&2\'')
    assert re.sub(r"\s+", " ", shown).strip() == "is •••• and ••••"
    shell.child.close(force=True)
