"""Running a program of the user's for what it writes, such as a password manager's own."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress

from nexcred.errors import CommandNotFound, NexcredError
from nexcred.model.bounded_file import read_at_most
from nexcred.model.own_programs import find_program, for_own_program

_MOST_BYTES = 64 * 1024 * 1024
_MOST_TOLD_BYTES = 64 * 1024


class EndedBadly(Exception):
    """The program ended with a failure; its text is the last line of what it told, as it was written."""


def capture(command: Sequence[str], environment: Mapping[str, str]) -> bytes:
    """Return what the program writes; raise EndedBadly, CommandNotFound, NexcredError for more than 64 MiB of it.

    It asks for passphrases on the controlling terminal, as gpg's pinentry does; standard input is empty for it.
    """
    path = find_program(command[0], environment)
    if path is None:
        raise CommandNotFound(f"there is no program '{command[0]}'")
    with (
        subprocess.Popen(  # noqa: S603  the user's own, without a shell
            [path, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=with_terminal(for_own_program(environment)),
        ) as program
    ):
        told = _Heard(program)
        written = _read(program)
        code = program.wait()
        last = told.last_line()
    if code:
        raise EndedBadly(last or f"it ended with {code}")
    return written


def _read(program: "subprocess.Popen[bytes]") -> bytes:
    assert program.stdout is not None
    try:
        written = read_at_most(program.stdout.fileno(), _MOST_BYTES + 1)
    except BaseException:
        program.kill()
        raise
    if len(written) > _MOST_BYTES:
        program.kill()
        raise NexcredError(f"the program writes more than {_MOST_BYTES // 1024 // 1024} MiB")
    return written


class _Heard:
    """What a program tells beside, read while it runs: a pipe that nobody empties would stop it."""

    def __init__(self, program: "subprocess.Popen[bytes]") -> None:
        from threading import Thread

        assert program.stderr is not None
        self._pipe = program.stderr
        self._kept = b""
        self._thread = Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _keep(self) -> None:
        while piece := os.read(self._pipe.fileno(), _MOST_TOLD_BYTES):
            self._kept = (self._kept + piece)[-_MOST_TOLD_BYTES:]

    def last_line(self) -> str:
        self._thread.join()
        lines = self._kept.decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""


def with_terminal(environment: Mapping[str, str]) -> dict[str, str]:
    """Name the terminal to gpg, which finds none on an empty standard input."""
    given = dict(environment)
    if "GPG_TTY" not in given and os.name == "posix":
        for descriptor in (0, 2):
            with suppress(OSError):
                given["GPG_TTY"] = os.ttyname(descriptor)
                break
    return given
