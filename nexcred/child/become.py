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
_MISSING = (errno.ENOENT, errno.ENOTDIR)
_SHELL = "/bin/sh"


def become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Replace this process by the command, as the shell would; raise CommandNotFound, NotExecutable, NexcredError."""
    if sys.platform == "win32":  # there, exec is a new process that nobody waits for
        from nexcred.child.on_windows import run_beside

        raise SystemExit(run_beside(command, environment))
    for name in _IGNORED_BY_PYTHON:
        with suppress(AttributeError):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    refusal = OSError(errno.ENOENT, "")
    for path in _places_of(command[0], environment):
        try:
            _execute(path, command, environment)
        except OSError as error:
            error.filename = path
            # One that is there and may not be run is what is told, if no other can be.
            if refusal.errno in _MISSING and (error.errno not in _MISSING or os.path.exists(path)):  # noqa: PTH110
                refusal = error
    raise cannot_start(command[0], refusal, environment)


def _places_of(program: str, environment: Mapping[str, str]) -> list[str]:
    """Return where it may be: the empty name is that of no program."""
    if not program:
        return []
    if os.path.dirname(program):  # noqa: PTH120  pathlib would take './run' for 'run'
        return [program]
    return [os.path.join(folder, program) for folder in os.get_exec_path(dict(environment))]  # noqa: PTH118


def _execute(path: str, command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Run one file; one that the system cannot read as a program is the shell's, as for execvp(3)."""
    words = [_encoded(word) for word in command]
    try:
        os.execve(path, words, environment)  # noqa: S606  no shell is the point
    except OSError as error:
        if error.errno != errno.ENOEXEC or _is_binary(path):
            raise
        os.execve(_SHELL, [words[0], os.fsencode(path), *words[1:]], environment)  # noqa: S606


def _is_binary(path: str) -> bool:
    """True for a program of another machine, which a shell would read as commands."""
    return b"\0" in _first_line(path)


def _first_line(path: str) -> bytes:
    longest = 256
    try:
        with open(path, "rb") as file:  # noqa: PTH123  as the system would: relative to here
            return file.read(longest).partition(b"\n")[0]
    except OSError:
        return b""


def _encoded(word: str) -> bytes:
    """Return the bytes that were typed: letters that the locale has not are UTF-8, as which they were read."""
    try:
        return os.fsencode(word)
    except UnicodeEncodeError:
        return word.encode(errors="surrogateescape")


def cannot_start(program: str, error: OSError, environment: Mapping[str, str]) -> NexcredError:
    """Return the error for what the system said when it was to run a program."""
    if error.errno in _MISSING:
        # The file is there, and what is to read it is not: only then is it named.
        if error.filename:
            return _without_reader(program, error.filename)
        from nexcred.child.unknown_program import unknown_program

        return unknown_program(program, environment)
    if error.errno == errno.E2BIG:
        return NexcredError("the values and arguments together are more than the system passes to a command")
    return NotExecutable(f"'{program}' cannot be executed: {os.strerror(error.errno or 0).lower()}")


def _without_reader(program: str, path: str) -> NexcredError:
    """Name what the first line of a script asks for; a program asks for a loader."""
    first = _first_line(path)
    if not first.startswith(b"#!"):
        return CommandNotFound(f"'{program}' is made for another system: its loader does not exist here")
    interpreter = os.fsdecode(first[2:].strip(b" \t").partition(b" ")[0])
    if not interpreter.endswith("\r"):
        return CommandNotFound(f"'{program}' is a script for '{interpreter}', which does not exist")
    from shlex import quote

    return CommandNotFound(
        f"'{program}' is a script for '{interpreter[:-1]}' followed by a carriage return, and no such program exists",
        hint=f"its lines end as they do on Windows; to change that: sed -i 's/\\r$//' {quote(path)}",
    )
