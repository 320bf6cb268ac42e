"""A result that is longer than the screen, through the pager that its reader chose. Secrets never go there."""

import os
from collections.abc import Sequence
from contextlib import suppress

from nexcred.cli.terminal.streams import Streams
from nexcred.cli.terminal.visible import Visible


def print_long(streams: Streams, lines: Sequence[Visible]) -> None:
    """Print the lines; at a terminal that they do not fit, by the pager of the settings."""
    is_looked_at = bool(streams.pager) and streams.ttys.stdin and streams.ttys.stdout
    if not (is_looked_at and _is_long(lines) and _paged(streams, _words_of(streams.pager), lines)):
        for line in lines:
            streams.line(line)


def _is_long(lines: Sequence[Visible]) -> bool:
    import shutil  # which loads all that packs archives

    return len(lines) >= shutil.get_terminal_size().lines


def _words_of(command: str) -> list[str]:
    import shlex

    try:
        return shlex.split(command)
    except ValueError:
        return []


def _paged(streams: Streams, command: list[str], lines: Sequence[Visible]) -> bool:
    """Let the pager show them; False where it cannot be started."""
    import subprocess  # 5 ms, for what is read at leisure

    from nexcred.model.own_programs import find_program, for_own_program
    from nexcred.unlock.sources import without_unlocking

    if not command:
        return False
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
