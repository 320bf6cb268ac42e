"""Hold a value in the clipboard for a while, and clear it if it is still there.

A process of its own, started by the path of this file: of the standard library alone, so that it has nothing of the
vault in its memory. Standard input has a line of JSON (`copies`, `clears`, `reads`, `hold_s`, `size`), then the value.
Standard output gets one line, as soon as it is known: `copied`, or why not.
"""

import ctypes
import hashlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

COPIED, MISSING, HUNG, FAILED = "copied", "missing", "hung", "failed"
# Longer than any of these programs takes, and no longer than somebody waits.
PATIENCE_S = 4.0
_LARGEST_READ = 1024 * 1024
_SET_CHILD_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER


def main() -> None:
    """Copy, tell, wait and clear."""
    plan: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    value = sys.stdin.buffer.read(plan["size"])
    if len(value) != plan["size"]:
        return  # whoever asked for it is gone
    os.umask(0o077)  # some of the programs keep it in a file for a moment
    knows_children = _reap_grandchildren()
    key, woken = os.urandom(32), _Woken()
    seal = hashlib.blake2b(value, key=key).digest()
    outcome, group = _copy(plan["copies"], value)
    del value
    with suppress(OSError):
        os.write(1, f"{outcome}\n".encode())
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if outcome != COPIED:
        return
    woken.wait(plan["hold_s"], until_alone=knows_children and not plan["reads"])
    if _is_there(plan["reads"], key, seal) if plan["reads"] else not (knows_children and _is_alone()):
        _clear(plan["clears"], group)


class _Woken:
    """Waits for a time, for a signal that asks it to end, or for the last child to end."""

    def __init__(self) -> None:
        self._is_ended = False
        self._reads, writes = os.pipe()
        for end in (self._reads, writes):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writes, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, self._end)

    def _end(self, *_: object) -> None:
        self._is_ended = True

    def wait(self, seconds: float, *, until_alone: bool) -> None:
        ends_at = time.monotonic() + seconds
        while not self._is_ended and (left_s := ends_at - time.monotonic()) > 0:
            if until_alone and _is_alone():
                return
            if select.select([self._reads], [], [], left_s)[0]:
                os.read(self._reads, 4096)


def _copy(copies: Sequence[Sequence[str]], value: bytes) -> tuple[str, int]:
    """Try one command after the other, none after one that hung; return how the last ended, and the group it led."""
    outcome, group = MISSING, 0
    for command in copies:
        outcome, group = _run(command, value)
        if outcome in (COPIED, HUNG):
            break
    return outcome, group


def _run(command: Sequence[str], value: bytes) -> tuple[str, int]:
    try:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return MISSING, 0
    try:
        process.communicate(value, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        _end_group(process.pid, signal.SIGKILL)
        process.wait()
        return HUNG, 0
    return (COPIED if process.returncode == 0 else FAILED), process.pid


def _reap_grandchildren() -> bool:
    """Become the parent of what the programs leave running, whose end is then known; False where no system can."""
    if sys.platform != "linux":
        return False
    with suppress(OSError, AttributeError):
        return bool(ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    return False


def _is_alone() -> bool:
    """Reap what has ended; True when nothing is left running."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False


def _is_there(reads: Sequence[str], key: bytes, seal: bytes) -> bool:
    """True while the clipboard holds the value, and where nobody can tell."""
    try:
        found = subprocess.run(  # noqa: S603
            reads,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE_S,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return True
    return hashlib.blake2b(found[:_LARGEST_READ], key=key).digest() == seal


def _clear(clears: Sequence[str], group: int) -> None:
    """Let the program clear it, where it has a way; what serves it still is ended."""
    if clears:
        _run(clears, b"")
    else:
        _end_group(group, signal.SIGTERM)


def _end_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    main()
