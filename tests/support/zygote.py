"""Real processes without the price of a start each: they are forked from one that has imported everything.

Fork only from a process without threads, such as a script of its own.
"""

import os
import signal
import traceback
from collections.abc import Callable
from typing import NamedTuple

Tell = Callable[[str], None]


class Child(NamedTuple):
    """A forked process. What it tells comes through the pipe `told`, a line each."""

    pid: int
    told: int

    def kill(self) -> list[str]:
        """Kill it, and return what it had told."""
        os.kill(self.pid, signal.SIGKILL)
        lines, status = self.finish()
        assert status == -signal.SIGKILL, "it had ended before"
        return lines

    def finish(self) -> tuple[list[str], int]:
        """Wait for its end; return its whole lines, and how it ended."""
        with os.fdopen(self.told, "rb") as pipe:
            told = pipe.read().decode()
        _, status = os.waitpid(self.pid, 0)
        return told.split("\n")[:-1], os.waitstatus_to_exitcode(status)


def fork(work: Callable[[Tell], None]) -> Child:
    """Do `work` in a process of its own, which is handed what tells a line."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return Child(pid, reading)
    status = 1
    try:
        os.close(reading)
        work(lambda line: _tell(writing, line))
        status = 0
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(status)


def _tell(pipe: int, line: str) -> None:
    os.write(pipe, line.encode() + b"\n")
