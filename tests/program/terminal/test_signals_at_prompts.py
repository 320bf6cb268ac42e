"""A terminal is as it was, whatever ends a prompt; Ctrl-Z suspends, and Ctrl-Backslash quits (restic/restic#402)."""

import os
import shlex
import signal
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from tests.support.opened import Opened

SECRET = "key-EXAMPLE-of-resci"
_LFLAG, _PATIENCE_S = 3, 30
# Each kind of question: a hidden line, a hidden field, a text, one of several, a yes.
ADD = ("--description", "x", "--no-probe")
PROMPTS = {
    "hidden": (("vault", "passphrase"), "New passphrase"),
    "field": (("add", "resci", "new", *ADD), "Key Value"),
    "text": (("add", "resci", *ADD), "Name"),
    "choice": (("add", "aha", "new", *ADD), "Method"),
    "credential": (("show",), "Credential"),
    "yes": (("remove", "kept"), "Put into the trash"),
}
TERMS = ["xterm", "dumb"]


@pytest.fixture
def kept(opened: Opened) -> Opened:
    added = opened("add", "resci", "kept", "--set", "api_key=env:KEY", "--no-probe", environment={"KEY": SECRET})
    assert added.code == 0, added.err
    del opened.environment["NEXCRED_NO_INPUT"]
    return opened


@contextmanager
def spawned(program: Opened, command: list[str], term: str) -> "Iterator[pexpect.spawn[str]]":
    child: pexpect.spawn[str] = pexpect.spawn(
        command[0],
        command[1:],
        env={**program.environment, "TERM": term, "PS1": "ready> "},
        cwd=str(program.home),
        dimensions=(40, 120),
        timeout=_PATIENCE_S,
        encoding="utf-8",
    )
    try:
        yield child
    finally:
        child.close(force=True)


def is_cooked(child: "pexpect.spawn[str]") -> bool:
    """True for a terminal that echoes, and reads in lines."""
    flags = termios.tcgetattr(child.child_fd)[_LFLAG]
    return bool(flags & termios.ECHO and flags & termios.ICANON and flags & termios.ISIG)


def asker_under(child: "pexpect.spawn[str]") -> int:
    """The process that asks: the only child of the shell."""
    (number,) = Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split()
    return int(number)


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT], ids=lambda one: one.name)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_signal_leaves_the_terminal_as_it_was(kept: Opened, prompt: str, number: signal.Signals, term: str) -> None:
    words, shown = PROMPTS[prompt]
    script = f"{shlex.join(kept.command(*words))}; echo ended $?; cat"
    with spawned(kept, ["sh", "-c", script], term) as child:
        child.expect(shown)
        os.kill(asker_under(child), number)
        child.expect(f"ended {128 + number}")
        assert is_cooked(child)


@contextmanager
def at_shell(kept: Opened, prompt: str, term: str) -> "Iterator[pexpect.spawn[str]]":
    """Ask under a shell with jobs, as a person has it."""
    words, shown = PROMPTS[prompt]
    with spawned(kept, ["bash", "--norc", "--noprofile", "-i"], term) as child:
        child.expect("ready> ")
        child.sendline(shlex.join(kept.command(*words)))
        child.expect_exact("\r\n")  # what was typed is echoed
        child.expect(shown)
        yield child


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_control_backslash_quits(kept: Opened, prompt: str, term: str) -> None:
    with at_shell(kept, prompt, term) as child:
        child.send("\x1c")
        child.expect("ready> ")
        child.sendline("echo ended $?")
        child.expect(f"ended {128 + signal.SIGQUIT}")


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_control_z_suspends_and_the_question_comes_back(kept: Opened, prompt: str, term: str) -> None:
    with at_shell(kept, prompt, term) as child:
        child.send("\x1a")
        child.expect("Stopped")
        child.expect("ready> ")
        child.sendline("stty -a")
        child.expect(r"\bicanon\b.* echo ")
        child.expect("ready> ")
        child.sendline("fg")
        child.expect_exact("\r\n")
        # A plain line is still being read by the terminal itself, which draws nothing anew.
        child.expect("nexcred" if term == "dumb" else PROMPTS[prompt][1])
        child.send("\x03")
        child.expect("interrupted")


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("how", ["key", "signal"])
def test_a_secret_that_is_typed_after_resuming_does_not_show(kept: Opened, how: str, term: str) -> None:
    seen: list[str] = []
    with at_shell(kept, "field", term) as child:
        if how == "key":
            child.send(f"{SECRET[:4]}\x1a")
        else:
            os.kill(asker_under(child), signal.SIGSTOP)
        child.expect("Stopped")
        seen.append(child.before or "")
        child.expect("ready> ")
        child.sendline("stty sane; fg")
        child.expect_exact("\r\n")
        child.expect("Key Value")
        child.send(f"{SECRET[4:] if how == 'key' else SECRET}\r")
        child.expect("added new")
        seen.append(child.before or "")
        assert SECRET[4:] not in "".join(seen)
    assert kept("get", "new/api_key").out == SECRET
