"""Tell whether a signal went to the whole process group, so that the command has received it too."""

import os
import select
import signal
from contextlib import suppress
from typing import NoReturn

from nexcred.child.descriptors import open_descriptors

_PATIENCE_MS = 1000
_YES, _NO = b"\1", b"\0"


class Witness:
    """A process of the same group that does nothing: what reaches it as well was sent to the group.

    A terminal's keys, `kill %1` and a shell that goes signal the group; `kill PID` signals one process. Nothing else
    tells them apart. It is to be made with all signals blocked, so that they wait there until they are asked for, and
    it ends when this process does.
    """

    def __init__(self) -> None:
        asked, self._ask = os.pipe()
        self._answer, answers = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            _stand_by(asked, answers)
        os.close(asked)
        os.close(answers)

    def has_seen(self, number: int) -> bool:
        """True if the signal that has just come has come there too."""
        # Takes the lock under which the kernel signals a group, and so returns when all of the group have it.
        with suppress(OSError):
            os.setpgid(0, os.getpgrp())
        answer = select.poll()
        answer.register(self._answer, select.POLLIN)
        try:
            os.write(self._ask, bytes((number,)))
            # One that was stopped by itself answers nothing.
            return bool(answer.poll(_PATIENCE_MS)) and os.read(self._answer, 1) == _YES
        except OSError:
            return False

    def dismiss(self) -> None:
        """End it."""
        os.close(self._ask)
        os.close(self._answer)
        with suppress(ChildProcessError):
            # Should it be stopped, it does not see that.
            if os.waitpid(self._pid, os.WNOHANG)[0] == 0:
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)


def _stand_by(asked: int, answers: int) -> NoReturn:
    """Answer until the other end is closed; hold nothing open that others wait for the end of."""
    try:
        for number in open_descriptors():
            if number not in (asked, answers):
                with suppress(OSError):
                    os.close(number)
        while question := os.read(asked, 1):
            os.write(answers, _YES if _take(question[0]) else _NO)
    finally:
        os._exit(0)


def _take(number: int) -> bool:
    """Take one of this number that waits; False when none does."""
    if number not in signal.sigpending():
        return False
    signal.sigwait({number})
    return True
