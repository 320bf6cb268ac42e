"""Reading a secret from a terminal."""

import os
import pty
import termios
import threading

import pytest

from nexcred.cli.terminal import hidden_input
from nexcred.cli.terminal.hidden_input import read_unechoed

_ECHO = 3


def test_nothing_typed_at_a_prompt_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sees the prompt may type: the terminal shows nothing from then on, however fast that is."""
    master, slave = pty.openpty()
    shown: list[bool] = []

    def write(screen: int, text: str) -> None:
        shown.append(bool(termios.tcgetattr(slave)[_ECHO] & termios.ECHO))
        os.write(screen, text.encode())

    monkeypatch.setattr(hidden_input, "_write", write)
    os.write(master, b"secret-EXAMPLE\n")
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(read_unechoed(slave, slave, "Passphrase ", dots=False)))
    reader.start()
    reader.join(timeout=30)
    assert read == ["secret-EXAMPLE"]
    assert shown[0] is False
    os.close(master)
    os.close(slave)
