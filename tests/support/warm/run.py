"""Running the program from a test, as `subprocess.run` does."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path

from tests.support.warm.launcher import ask, number_from
from tests.support.warm.start import server


def run(
    arguments: Sequence[str],
    *,
    stdin: bytes,
    environment: Mapping[str, str],
    folder: Path,
    timeout_s: float,
    started: Callable[[int], None] = lambda pid: None,
) -> subprocess.CompletedProcess[bytes]:
    """Return what the program wrote and how it ended; raise TimeoutExpired after killing it.

    `started` is told its number, perhaps when it runs already.
    """
    inward, outward, errors = os.pipe(), os.pipe(), os.pipe()
    theirs = [inward[0], outward[1], errors[1]]
    try:
        connection = ask(str(server()), list(arguments), dict(environment), str(folder), dict(enumerate(theirs)))
    finally:
        for descriptor in theirs:
            os.close(descriptor)
    with closing(connection):
        pid = number_from(connection)
        started(pid)
        readers = [_Reader(outward[0]), _Reader(errors[0])]
        writer = threading.Thread(target=_write, args=(inward[1], stdin), daemon=True)
        writer.start()
        for thread in (*(reader.thread for reader in readers), writer):
            thread.join(timeout_s)
            if thread.is_alive():
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(arguments), timeout_s)
        code = number_from(connection)
    return subprocess.CompletedProcess(list(arguments), code, readers[0].data, readers[1].data)


class _Reader:
    """Reads a pipe to its end."""

    def __init__(self, descriptor: int) -> None:
        self.data = b""
        self._descriptor = descriptor
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        with os.fdopen(self._descriptor, "rb") as pipe:
            self.data = pipe.read()


def _write(descriptor: int, data: bytes) -> None:
    with suppress(BrokenPipeError), os.fdopen(descriptor, "wb") as pipe:
        pipe.write(data)
