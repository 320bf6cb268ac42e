"""Starting a program: by becoming it, or beside oneself."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from nexcred.child.signals import Forwarder, end_as
from nexcred.child.unseen import become_unseen
from nexcred.errors import CommandNotFound, NexcredError, NotExecutable

# Python ignores them, and a program that is started would inherit that.
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")


def become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by the command; raise CommandNotFound, NotExecutable."""
    if sys.platform == "win32":  # there, exec is a new process that nobody waits for
        with Forwarder() as forwarder:
            code = run_beside(command, environment, forwarder)
        raise SystemExit(end_as(code))
    for name in _IGNORED_BY_PYTHON:
        with suppress(AttributeError):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), dict(environment))  # noqa: S606  no shell is the point
    except OSError as error:
        raise _cannot_start(command[0], error) from None


def run_beside(
    command: Sequence[str],
    environment: Mapping[str, str],
    forwarder: Forwarder,
    *,
    read: Callable[["subprocess.Popen[bytes]"], None] | None = None,
) -> int:
    """Run the command to its end, and return its exit code, or the negative number of the signal that killed it.

    `read` is given the program when it reads what is written there, to its end.
    """
    output = None if read is None else subprocess.PIPE
    become_unseen()
    try:
        child = subprocess.Popen(command, env=dict(environment), stdout=output, stderr=output)  # noqa: S603  no shell
    except OSError as error:
        raise _cannot_start(command[0], error) from None
    forwarder.forward_to(child)
    if read is not None:
        read(child)
    return child.wait()


def _cannot_start(program: str, error: OSError) -> NexcredError:
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return CommandNotFound(f"there is no command '{program}'")
    if error.errno == errno.E2BIG:
        return NexcredError("the values and arguments together are more than the system passes to a command")
    return NotExecutable(f"'{program}' cannot be executed: {os.strerror(error.errno or 0).lower()}")
