"""Running the program from a test, as `subprocess.run` does."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
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
        try:
            out, err = _talk(inward[1], stdin, (outward[0], errors[0]), time.monotonic() + timeout_s)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(arguments), timeout_s) from None
        code = number_from(connection)
    return subprocess.CompletedProcess(list(arguments), code, out, err)


def _talk(inward: int, data: bytes, outward: tuple[int, int], until: float) -> tuple[bytes, bytes]:
    """Write what is there to be read, and read both pipes to their ends; raise TimeoutError."""
    read: dict[int, bytearray] = {descriptor: bytearray() for descriptor in outward}
    os.set_blocking(inward, False)
    with selectors.DefaultSelector() as selector:
        for descriptor in outward:
            selector.register(descriptor, selectors.EVENT_READ)
        selector.register(inward, selectors.EVENT_WRITE)
        try:
            while selector.get_map():
                ready = selector.select(until - time.monotonic())
                if not ready and time.monotonic() >= until:
                    raise TimeoutError
                for key, _ in ready:
                    if key.fd == inward:
                        data = _write(inward, data)
                        is_done = not data
                    else:
                        piece = os.read(key.fd, 1 << 16)
                        read[key.fd] += piece
                        is_done = not piece
                    if is_done:
                        selector.unregister(key.fd)
                        os.close(key.fd)
        except BaseException:
            for key in list(selector.get_map().values()):
                os.close(key.fd)
            raise
    out, err = (bytes(read[descriptor]) for descriptor in outward)
    return out, err


def _write(descriptor: int, data: bytes) -> bytes:
    """Write what can be written, and return the rest; nothing where nobody reads it."""
    try:
        return data[os.write(descriptor, data) :] if data else b""
    except BrokenPipeError:
        return b""
