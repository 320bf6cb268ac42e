"""Signals between whoever started nexcred and the program that it runs."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

_PASSED_ON = ("SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGWINCH")
# What a terminal sends, it sends to the program as well: passed on, it would come twice.
_FROM_TERMINAL = ("SIGINT", "SIGQUIT", "SIGWINCH")


class Forwarder:
    """Passes signals on while its block runs; what comes before there is a program reaches it once there is."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None
        self._waiting: list[int] = []
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        for name in _PASSED_ON:
            number = getattr(signal, name, None)
            # What is ignored, as under nohup, stays ignored here and in the program.
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._pass_on)
        return self

    def forward_to(self, child: "subprocess.Popen[bytes]") -> None:
        self._child = child
        for number in self._waiting:
            child.send_signal(number)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        if signal.Signals(number).name in _FROM_TERMINAL and _has_terminal():
            return
        if self._child is None:
            self._waiting.append(number)
        else:
            self._child.send_signal(number)


def end_as(code: int) -> int:
    """Return a program's exit code; of one that a signal killed, die alike, so that a shell sees what happened."""
    if code >= 0:
        return code
    with suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    with suppress(OSError, ValueError):  # no program can have SIGKILL handled, nor give it back
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
    return 128 - code


def _has_terminal() -> bool:
    """True in the foreground of a terminal, whose keys reach every process there."""
    try:
        with Path("/dev/tty").open("rb", buffering=0) as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except (OSError, AttributeError):
        return False
