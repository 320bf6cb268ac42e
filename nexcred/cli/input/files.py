"""Read a file that a flag or argument names, or standard input for `-`."""

from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.errors import InvalidData, UsageError
from nexcred.model import bounded_file


def read_input(context: Context, source: str, purpose: str, limit: int) -> bytes:
    """Return all of it; raise UsageError when it cannot be read, InvalidData when it is larger than the limit."""
    data = read_stdin(context, f"{purpose} -", limit + 1) if source == "-" else read_file(source, purpose, limit + 1)
    if len(data) > limit:
        raise InvalidData(f"{purpose} is larger than {limit // 1024 // 1024} MiB")
    return data


def read_file(source: str, purpose: str, limit: int) -> bytes:
    """Return at most `limit` bytes of a file; raise UsageError that says why it cannot be read."""
    return bounded_file.read_file(Path(source), limit, lambda why: UsageError(f"{purpose} cannot be read: {why}"))


def read_stdin(context: Context, purpose: str, limit: int) -> bytes:
    """Return at most `limit` bytes of standard input; raise UsageError where that is the terminal."""
    if context.terminal.ttys.stdin:
        raise UsageError(
            f"{purpose} reads standard input, which is the terminal here",
            hint="pipe the value in; or leave the flag out, to be asked for it",
        )
    return context.streams.read_stdin(purpose, limit)
