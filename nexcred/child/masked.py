"""Running a command of the user's that nobody watches: within a time, and with dots for secrets in what it writes."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

from nexcred.child.masking.mask import Mask

DEADLINE_S = 600
_PIECE_BYTES = 64 * 1024
# What it has left running may keep its output open: what is written after that time is not shown.
_LAST_WORDS_S = 2


def run_masked(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None,
    secrets: Iterable[bytes],
    write: Callable[[bytes], None],
    *,
    deadline_s: float = DEADLINE_S,
) -> str:
    """Return why it failed, "" where it did not; raise OSError where it cannot be run.

    It has no terminal and nothing to read, and runs in `folder`. `write` gets what it writes, from another thread. What
    does not end within the time is killed, with all that it started.
    """
    program = subprocess.Popen(  # noqa: S603  the user's own, without a shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(environment),
        cwd=folder,
        start_new_session=True,
    )
    assert program.stdout is not None
    copier = Thread(target=_copy, args=(program.stdout, Mask(secrets), write), daemon=True)
    copier.start()
    try:
        code = program.wait(deadline_s)
    except subprocess.TimeoutExpired:
        return f"it did not end within {deadline_s:g} s"
    finally:
        if program.poll() is None:
            _kill(program)
        copier.join(_LAST_WORDS_S)
    if code < 0:
        return f"it was ended by {signal.Signals(-code).name}"
    return f"it ended with {code}" if code else ""


def _kill(program: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
    else:
        program.kill()
    program.wait()


def _copy(output: IO[bytes], mask: Mask, write: Callable[[bytes], None]) -> None:
    """Pass on what comes, to the end; once nobody takes it any more it is read all the same."""
    takes = True
    with output:
        while piece := os.read(output.fileno(), _PIECE_BYTES):
            takes = takes and _passed_on(write, mask.feed(piece))
        if takes:
            _passed_on(write, mask.end())


def _passed_on(write: Callable[[bytes], None], data: bytes) -> bool:
    try:
        write(data)
    except (OSError, ValueError):  # closed
        return False
    return True
