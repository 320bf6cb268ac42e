"""Signals between whoever started nexcred and the program that it runs."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from nexcred.child.witness import Witness

# No process can hold these back, nor be told of them.
_NOT_HELD = {signal.SIGKILL, signal.SIGSTOP}


class Forwarder:
    """Holds back every signal while its block runs, and passes on what is for this process alone.

    What comes before there is a program reaches it once there is. What is ignored, as under nohup, is passed on too:
    the program ignores it as well, unless it has a use for it.
    """

    def __enter__(self) -> Self:
        self._held = signal.valid_signals() - _NOT_HELD
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, self._held)
        # Where it is ignored, how the program ends would be told to nobody.
        self._on_child = signal.signal(signal.SIGCHLD, lambda *_: None)
        self._witness = Witness()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        # What the group had, the program had too, before it ended: it does not end this process in its place.
        for number in signal.sigpending() & self._held:
            while number in signal.sigpending() and self._witness.has_seen(number):
                signal.sigwait({number})
        self._witness.dismiss()
        self.release()

    def release(self) -> None:
        """Be as before towards signals: here in the end, in the program before it begins."""
        signal.signal(signal.SIGCHLD, self._on_child)
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    def wait_for(self, program: int, *, on_resize: Callable[[], None] = lambda: None) -> int:
        """Return how the program ended: its exit code, or the negative number of the signal that killed it."""
        while True:
            number = signal.sigwait(self._held)
            if number == signal.SIGCHLD:
                ended = self._look_at(program)
                if ended is not None:
                    return ended
                continue
            if number == signal.SIGWINCH:
                on_resize()
            if not self._witness.has_seen(number):
                os.kill(program, number)

    def _look_at(self, program: int) -> int | None:
        """Return how it ended; stop with it when it is stopped, so that the shell takes the terminal back.

        Others that ended are those whose parents have, where this is the first process of a container.
        """
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                return None
            if pid == program and not os.WIFSTOPPED(status):
                return os.waitstatus_to_exitcode(status)
            if pid == program:
                _stop_as(os.WSTOPSIG(status))


def _stop_as(number: int) -> None:
    """Stop by the same signal until somebody goes on with the job."""
    # Without a terminal there is no job: who stops the program and lets it go on knows of no other process.
    if number == signal.SIGSTOP and not _has_terminal():
        return
    # One that a key sent may wait already: so it is one with this, and does not stop it once more when it goes on.
    os.kill(os.getpid(), number)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
    signal.pthread_sigmask(signal.SIG_BLOCK, {number} - _NOT_HELD)


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def be_ended_by_signals() -> None:
    """Take Ctrl-C as other programs do: nothing is left to be done after it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def end_as(code: int) -> int:
    """Return a program's exit code; of one that a signal killed, die alike, so that a shell sees what happened."""
    if code >= 0:
        return code
    with suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    with suppress(OSError, ValueError):  # no program can have SIGKILL handled, nor give it back
        signal.signal(-code, signal.SIG_DFL)
    with suppress(OSError, ValueError):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {-code})
    os.kill(os.getpid(), -code)
    return 128 - code
