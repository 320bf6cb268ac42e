"""Running a program that gives one short secret: within a time, and what it says beside is shown while it runs."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import IO

from nexcred.child.captured import with_terminal
from nexcred.errors import NexcredError
from nexcred.model.bounded_file import read_at_most
from nexcred.model.own_programs import find_program, for_own_program

MOST_BYTES = 64 * 1024
DEADLINE_S = 120
# Of what it says, so that one that never stops saying something fills no screen.
_MOST_SAID_BYTES, _LONGEST_LINE = 64 * 1024, 1000


_Events = SimpleQueue[tuple[str, bytes | None]]


class NoSecret(NexcredError):
    """The program gave nothing that can be used; the message goes on from what names it, and repeats nothing of it."""


def ask_program(
    command: Sequence[str],
    environment: Mapping[str, str],
    tell: Callable[[str], None],
    *,
    deadline_s: float = DEADLINE_S,
) -> bytes:
    """Return what it writes; raise NoSecret for more than 64 KiB, a failure, or no end within the time.

    `tell` gets each line that it says on standard error. It may ask on the controlling terminal; its input is empty.
    """
    try:
        program = subprocess.Popen(  # noqa: S603  the user's own, without a shell
            [resolve_program(command[0], environment), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=with_terminal(for_own_program(environment)),
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a program"
        raise NoSecret(f"its program cannot be run: {reason.lower()}") from None
    try:
        written = _hear(program, tell, monotonic() + deadline_s, deadline_s)
        code = program.wait()
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
    if code:
        raise NoSecret(f"its program ended with {code}" if code > 0 else f"its program was ended by signal {-code}")
    return written


def resolve_program(word: str, environment: Mapping[str, str]) -> str:
    """Return the whole path of a program; raise NoSecret where none is.

    A relative path would be another program in another folder.
    """
    if Path(word).is_absolute():
        return word
    if os.sep in word or (os.altsep and os.altsep in word):
        raise NoSecret("its program is named by a relative path", hint="give its whole path, or a name found by PATH")
    found = find_program(word, environment)
    if found is None:
        raise NoSecret("its program is not found in PATH")
    return found


def _hear(program: "subprocess.Popen[bytes]", tell: Callable[[str], None], end: float, deadline_s: float) -> bytes:
    """Read both pipes in threads of their own: what the program started may hold them open when it is gone."""
    events: _Events = SimpleQueue()
    for read, pipe in ((_write_down, program.stdout), (_listen, program.stderr)):
        Thread(target=read, args=(pipe, events), daemon=True).start()
    written: bytes | None = None
    is_silent = False
    while written is None or not is_silent:
        try:
            kind, data = events.get(timeout=max(0.0, end - monotonic()))
        except Empty:
            raise NoSecret(f"its program did not end within {deadline_s:g} s") from None
        if kind == "written":
            written = data or b""
            if len(written) > MOST_BYTES:
                raise NoSecret(f"its program wrote more than {MOST_BYTES // 1024} KiB")
        elif data is None:
            is_silent = True
        else:
            tell(data.decode(errors="replace"))
    return written


def _write_down(pipe: IO[bytes], events: _Events) -> None:
    with pipe:
        events.put(("written", read_at_most(pipe.fileno(), MOST_BYTES + 1)))


def _listen(pipe: IO[bytes], events: _Events) -> None:
    """Pass on each line when it is whole; what comes after the most is read and dropped, so that nothing waits."""
    line, said = b"", 0
    with pipe:
        while piece := os.read(pipe.fileno(), 4096):
            said += len(piece)
            if said > _MOST_SAID_BYTES:
                continue
            *lines, line = (line + piece).split(b"\n")
            for each in lines:
                events.put(("said", each[:_LONGEST_LINE].rstrip(b"\r")))
            if len(line) > _LONGEST_LINE:
                events.put(("said", line[:_LONGEST_LINE]))
                line = b""
    if line:
        events.put(("said", line[:_LONGEST_LINE].rstrip(b"\r")))
    events.put(("said", None))
