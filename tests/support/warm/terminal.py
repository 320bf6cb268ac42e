"""The program at a terminal, forked from the server: what `pexpect.spawn` does, as far as `play` asks for it."""

import fcntl
import os
import select
import signal
import struct
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pexpect

from tests.support.warm.launcher import ask, number_from
from tests.support.warm.start import server

_PATIENCE_S = 30
# A moment for the program to turn echoing off after it has drawn a prompt, as pexpect has it.
_BEFORE_KEYS_S = 0.05


class WarmTerminal:
    """A terminal of so many lines and columns, with the program on it in a session of its own."""

    exitstatus: int | None = None
    signalstatus: int | None = None

    def __init__(
        self, arguments: Sequence[str], *, environment: Mapping[str, str], folder: Path, lines: int, columns: int
    ) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        own = dict.fromkeys(range(3), slave)
        try:
            self._told = ask(str(server()), list(arguments), dict(environment), str(folder), own, has_terminal=True)
        finally:
            os.close(slave)
        self._pid = number_from(self._told)

    def read_nonblocking(self, size: int, timeout: float) -> bytes:
        """Return what was drawn; raise pexpect's TIMEOUT and EOF."""
        if not select.select([self._master], [], [], timeout)[0]:
            raise pexpect.TIMEOUT("nothing was drawn")
        data = b""
        with suppress(OSError):  # Linux's way to say that nobody holds the other end
            data = os.read(self._master, size)
        if not data:
            raise pexpect.EOF("the program has ended")
        return data

    def send(self, keys: str) -> None:
        select.select([], [], [], _BEFORE_KEYS_S)
        os.write(self._master, keys.encode())

    def close(self) -> None:
        """Hang up, and note how the program ended."""
        os.close(self._master)
        self._told.settimeout(_PATIENCE_S)
        try:
            status = number_from(self._told)
        except TimeoutError:
            os.kill(self._pid, signal.SIGKILL)
            raise
        finally:
            self._told.close()
        self.exitstatus, self.signalstatus = (status, None) if status >= 0 else (None, -status)
