"""A terminal for tests and for the documentation: a program is typed to, and what it draws is kept."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pexpect
import pyte

from tests.support.warm.start import may_be_forked
from tests.support.warm.terminal import WarmTerminal

_PATIENCE_S = 30
_PROGRAM = [sys.executable, "-m", "nexcred"]


class Typed(NamedTuple):
    """Wait until a prompt, the last line on the screen, holds `after`, then type `keys`."""

    after: str
    keys: str


class Ended(NamedTuple):
    """How the program ended, and every byte that it drew, what was wiped away since included."""

    code: int
    seen: bytes


def play(
    command: Sequence[str],
    typed: Sequence[Typed],
    screen: pyte.Screen,
    *,
    environment: Mapping[str, str],
    folder: Path,
) -> Ended:
    """Run the command on the screen and type to it; raise AssertionError when it never asks what it should."""
    stream = pyte.ByteStream(screen)
    child = _start(command, screen, environment, folder)
    seen, before = b"", ""
    try:
        for after, keys in typed:
            # A prompt that was answered stays until it is drawn anew: the next one may be the same.
            is_answered = before.endswith("\r") and _awaits_keys(screen, after)
            seen += _draw_until(child, screen, stream, after, is_answered=is_answered)
            child.send(keys)
            before = keys
        seen += _draw_until(child, screen, stream, None)
    finally:
        child.close()
    code = child.exitstatus if child.exitstatus is not None else 128 + (child.signalstatus or 0)
    return Ended(code, seen)


def _start(
    command: Sequence[str], screen: pyte.Screen, environment: Mapping[str, str], folder: Path
) -> "pexpect.spawn[bytes] | WarmTerminal":
    if list(command[: len(_PROGRAM)]) == _PROGRAM and may_be_forked(environment):
        arguments = command[len(_PROGRAM) :]
        return WarmTerminal(
            arguments, environment=environment, folder=folder, lines=screen.lines, columns=screen.columns
        )
    return pexpect.spawn(
        command[0],
        list(command[1:]),
        env=dict(environment),
        cwd=str(folder),
        dimensions=(screen.lines, screen.columns),
        timeout=_PATIENCE_S,
    )


def lines_of(screen: pyte.Screen) -> list[str]:
    """Return the used part of the screen."""
    rows: Iterator[Mapping[int, Any]] = (screen.buffer.get(number, {}) for number in range(screen.lines))
    return "\n".join(map(_text_of, rows)).rstrip().splitlines()


def _text_of(row: Mapping[int, Any]) -> str:
    """Return what stands in a row, without asking for each of the places where nothing ever stood, as pyte does."""
    return "".join(row[place].data for place in range(max(row, default=-1) + 1)).rstrip()


def _awaits_keys(screen: pyte.Screen, prompt: str) -> bool:
    """False for a line that was printed, explaining what is asked next: keys would be echoed before they are read."""
    lines = lines_of(screen) or [""]
    return prompt in lines[-1] and screen.cursor.y < len(lines)


def _draw_until(
    child: "pexpect.spawn[bytes] | WarmTerminal",
    screen: pyte.Screen,
    stream: pyte.ByteStream,
    awaited: str | None,
    *,
    is_answered: bool = False,
) -> bytes:
    """Draw until a prompt holds the text, or another one where this one is answered; None draws to the end."""
    seen = b""
    ends_at = time.monotonic() + _PATIENCE_S
    while awaited is None or is_answered or not _awaits_keys(screen, awaited):
        assert time.monotonic() < ends_at, f"never saw {awaited!r}:\n" + "\n".join(lines_of(screen))
        try:
            chunk = child.read_nonblocking(4096, timeout=1)
        except pexpect.TIMEOUT:
            continue
        except pexpect.EOF:
            assert awaited is None, f"ended before {awaited!r}:\n" + "\n".join(lines_of(screen))
            break
        seen += chunk
        for line in chunk.splitlines(keepends=True):
            stream.feed(line)
            is_answered = is_answered and _awaits_keys(screen, awaited or "")
    return seen
