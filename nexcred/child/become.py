"""Becoming another program: what starts one beside oneself is not imported for it."""

import errno
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

from nexcred.errors import CommandNotFound, NexcredError, NotExecutable

# Python ignores them, and a program that is started would inherit that.
_IGNORED_BY_PYTHON = ("SIGPIPE", "SIGXFSZ")


def become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by the command; raise CommandNotFound, NotExecutable."""
    if sys.platform == "win32":  # there, exec is a new process that nobody waits for
        from nexcred.child.signals import Forwarder, end_as
        from nexcred.child.start import run_beside

        with Forwarder() as forwarder:
            code = run_beside(command, environment, forwarder)
        raise SystemExit(end_as(code))
    for name in _IGNORED_BY_PYTHON:
        with suppress(AttributeError):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    try:
        os.execvpe(command[0], list(command), dict(environment))  # noqa: S606  no shell is the point
    except OSError as error:
        raise cannot_start(command[0], error) from None


def cannot_start(program: str, error: OSError) -> NexcredError:
    """Return the error for what the system said when it was to run a program."""
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return CommandNotFound(f"there is no command '{program}'")
    if error.errno == errno.E2BIG:
        return NexcredError("the values and arguments together are more than the system passes to a command")
    return NotExecutable(f"'{program}' cannot be executed: {os.strerror(error.errno or 0).lower()}")
