"""A signal that comes between Python's last look and the read that it would have to wait for."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

_PATIENCE_S = 30
# Calls `raise` and then the call that waits, with no step of Python between them in which a handler could run.
LATE_SIGNAL = """
import ctypes, itertools, operator, os, select, signal, sys

terminal, number = int(sys.argv[1]), int(sys.argv[2])
raise_signal = ctypes.PyDLL(None)["raise"]


def after_a_signal(waits):
    came = []

    def call(*arguments):
        if came:
            return waits(*arguments)
        came.append(True)
        return list(itertools.starmap(operator.call, [(raise_signal, number), (waits, *arguments)]))[1]

    return call


os.read, select.select = after_a_signal(os.read), after_a_signal(select.select)
"""
ASKED = {
    "hidden": """
from nexcred.cli.terminal.hidden_input import read_unechoed
read_unechoed(terminal, terminal, "Passphrase ", dots=False)
""",
    "answer": """
from nexcred.cli.terminal.hidden_input import read_answer
signal.signal(number, lambda *_: os._exit(7))
read_answer(terminal, terminal, "Sure? ")
""",
    "picker": """
from nexcred.cli.prompt.credential_picker import CredentialPicker
kept = CredentialPicker("Credential", ["one"], beside=lambda place: [], found_by=lambda place: "", colour=False)
kept.pick(terminal, os.fdopen(terminal, "w"))
""",
}


@pytest.fixture
def terminal() -> Iterator[int]:
    person, program = pty.openpty()
    yield program
    os.close(person)
    os.close(program)


@pytest.mark.parametrize(("asked", "ended"), [("hidden", -signal.SIGTERM), ("answer", 7), ("picker", -signal.SIGTERM)])
def test_a_signal_just_before_the_read_is_heard_at_once(terminal: int, asked: str, ended: int) -> None:
    command = [sys.executable, "-c", LATE_SIGNAL + ASKED[asked], str(terminal), str(int(signal.SIGTERM))]
    run = subprocess.run(command, pass_fds=[terminal], stdin=subprocess.DEVNULL, timeout=_PATIENCE_S, check=False)
    assert run.returncode == ended
