"""A result that is longer than the screen, through the pager that its reader chose. Secrets never go there."""

import os
import shlex
import shutil
from collections.abc import Sequence
from contextlib import suppress

from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import Visible
from nexcred.model.own_programs import find_program, for_own_program
from nexcred.unlock.sources import without_unlocking


def print_long(streams: Streams, lines: Sequence[Visible]) -> None:
    """Print the lines; at a terminal that they do not fit, by the pager of the settings."""
    command = _words_of(streams.pager)
    is_long = len(lines) >= shutil.get_terminal_size().lines
    if not (command and is_long and streams.ttys.stdin and streams.ttys.stdout and _paged(streams, command, lines)):
        for line in lines:
            streams.line(line)


def _words_of(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _paged(streams: Streams, command: list[str], lines: Sequence[Visible]) -> bool:
    """Let the pager show them; False where it cannot be started."""
    import subprocess  # 5 ms, for what is read at leisure

    # As git has it: leave what fits, keep colours, leave the screen as it is.
    program = find_program(command[0], os.environ)
    if program is None:
        return False
    environment = {"LESS": "FRX", **for_own_program(without_unlocking(os.environ))}
    streams.stdout.flush()
    try:
        pager = subprocess.Popen([program, *command[1:]], stdin=subprocess.PIPE, env=environment)  # noqa: S603  the user's own
    except OSError:
        return False
    with suppress(OSError):  # it was left before the end
        pager.communicate("".join(f"{line}\n" for line in lines).encode(errors="backslashreplace"))
    while pager.poll() is None:
        with suppress(KeyboardInterrupt):  # which is the pager's, while it is looked at
            pager.wait()
    return True
