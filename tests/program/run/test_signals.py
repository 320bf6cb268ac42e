"""Signals reach the command as often as they would without nexcred, whoever sent them and to whom."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.handing_over import BESIDE, WAYS, Handing

# Counts until SIGTERM, which comes last; tells its number first.
COUNTING = """
import os, signal
caught = []
held = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGCONT}
signal.pthread_sigmask(signal.SIG_BLOCK, held)
print(os.getpid(), flush=True)
while signal.SIGTERM not in caught:
    caught.append(signal.sigwait(held))
    if caught[-1] != signal.SIGTERM:
        print("caught", int(caught[-1]), flush=True)
print(sorted(map(int, caught)), flush=True)
"""
STOPPING = {signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGCHLD, signal.SIGCONT}
SENT = sorted(map(int, signal.valid_signals() - STOPPING - {signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM}))


@pytest.mark.parametrize("words", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("to_group", [False, True], ids=["to nexcred", "to the group"])
def test_each_signal_reaches_the_command_once(handing: Handing, words: list[str], to_group: bool) -> None:
    command = handing.under(words, sys.executable, "-c", COUNTING)
    with handing.started(*command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        for number in SENT:
            (os.killpg if to_group else os.kill)(process.pid, number)
            assert process.stdout.readline() == f"caught {number}\n".encode()
        (os.killpg if to_group else os.kill)(process.pid, signal.SIGTERM)
        assert process.stdout.readline() == f"{sorted([*SENT, int(signal.SIGTERM)])}\n".encode()
        assert process.wait(60) == 0


# Those whose default ends a process, without dumping core or with.
ENDING = [number for number in SENT if number not in (signal.SIGURG, signal.SIGWINCH)]


@pytest.mark.parametrize("number", [*ENDING[:31], signal.SIGTERM, int(signal.SIGRTMIN) + 7, int(signal.SIGRTMAX)])
def test_what_ends_the_command_ends_it_and_leaves_no_file(handing: Handing, number: int) -> None:
    command = handing.under(WAYS["with a file"], "sh", "-c", "echo $$ $MYSQL_HOME; exec sleep 300")
    with handing.started(*command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        told, lent = process.stdout.readline().decode().split()
        program, folder = int(told), Path(lent).parent
        assert (folder / "MYSQL_HOME" / "my.cnf").exists()
        process.send_signal(number)
        assert process.wait(60) == -number
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(program, 0)


@pytest.mark.parametrize("words", BESIDE.values(), ids=BESIDE)
def test_the_command_ends_when_nexcred_is_killed(handing: Handing, words: list[str]) -> None:
    """As it would have been itself: nobody is left to pass on what comes after (nubjs/nub#464, fgm/envrun#35)."""
    reading, writing = os.pipe()
    command = handing.under(words, "bash", "-c", f"echo ready >&{writing}; exec sleep 300")
    with handing.started(*command, stdout=subprocess.DEVNULL, pass_fds=(writing,)) as process:
        os.close(writing)
        assert os.read(reading, 6) == b"ready\n"
        process.kill()
        assert os.read(reading, 1) == b""  # no process has the other end open
    os.close(reading)


@pytest.mark.parametrize("words", WAYS.values(), ids=WAYS)
def test_a_signal_that_was_ignored_is_the_commands_to_use(handing: Handing, words: list[str]) -> None:
    """Under nohup: what ignores SIGHUP is not ended by it (fish-shell/fish-shell#4007), what handles it has it."""
    script = "import os, signal; signal.signal(signal.SIGHUP, lambda *_: (os.write(1, b'reload\\n'), os._exit(0)))\n"
    script += "woken, wakes = os.pipe(); os.set_blocking(wakes, False); signal.set_wakeup_fd(wakes)\n"
    script += "os.write(1, b'ready\\n'); os.read(woken, 1)"  # pause would miss a signal that comes just before it
    command = ["nohup", *handing.under(words, sys.executable, "-c", script)]
    with handing.started(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGHUP)
        assert process.stdout.readline() == b"reload\n"
        assert process.wait(60) == 0


@pytest.mark.parametrize("words", BESIDE.values(), ids=BESIDE)
def test_no_other_process_is_left(handing: Handing, words: list[str]) -> None:
    """Nor does the command see one that it would take for its own."""
    ran = handing("run", *words, "--", "sh", "-c", "cat /proc/$$/task/$$/children; echo $PPID")
    assert ran.code == 0
    *children, parent = ran.out.split()
    assert len(children) == 1  # cat
    assert not Path(f"/proc/{parent}").exists()


# As the first process of a container is: orphans become its children. It stays so when it becomes nexcred.
ADOPTING = """
import ctypes, os, sys
assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("words", BESIDE.values(), ids=BESIDE)
def test_orphans_that_ended_are_not_left_as_zombies(handing: Handing, words: list[str]) -> None:
    """Where nexcred is what a container starts (kernel/kernel-images#351, apple/container#1225)."""
    script = "(true & echo $! > orphan); until [ ! -e /proc/$(cat orphan) ]; do sleep 0.02; done; echo gone"
    command = [sys.executable, "-c", ADOPTING, *handing.under(words, "sh", "-c", script)]
    with handing.started(*command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"gone\n"
        assert process.wait(60) == 0


@pytest.mark.parametrize("words", WAYS.values(), ids=WAYS)
def test_a_limit_of_time_ends_it(handing: Handing, words: list[str]) -> None:
    """`timeout` signals its child, and then its group, in which that is."""
    script = "trap 'echo caught; exit 7' TERM; echo ready; until false; do sleep 0.02; done"
    command = ["timeout", "--preserve-status", "2", *handing.under(words, "sh", "-c", script)]
    with handing.started(*command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.read() == b"ready\ncaught\n"
        assert process.wait(60) == 7


def test_ctrl_c_ends_it_while_nobody_reads_what_was_written(handing: Handing) -> None:
    """The command has ended, and its output waits for a pager."""
    reading, writing = os.pipe()
    # By a file: what it writes elsewhere waits behind what nobody reads.
    command = handing.under(["--mask"], "sh", "-c", "echo $$ > pid; mv pid ready; exec seq 20000")
    with handing.started(*command, stdout=writing, start_new_session=True) as process:
        os.close(writing)
        ready = handing.home / "ready"
        while not ready.exists():
            assert process.poll() is None
        program = int(ready.read_text())
        while Path(f"/proc/{program}").exists():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == -signal.SIGINT
    os.close(reading)


@pytest.mark.parametrize(("sent", "code"), [("os.killpg(0, 10)", 0), ("os.kill(os.getpid(), 10)", -10)])
def test_what_the_group_had_does_not_end_nexcred_after_the_command(sent: str, code: int) -> None:
    """The command had it, and ended by itself; what came for nexcred alone after that is still nexcred's."""
    script = f"import os\nfrom nexcred.child.signals import Forwarder\nwith Forwarder():\n    {sent}\n"
    done = subprocess.run([sys.executable, "-c", script], start_new_session=True, timeout=60, check=False)
    assert done.returncode == code
