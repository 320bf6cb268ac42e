"""Write secrets for a program to read: to a private file, or to standard output."""

from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.local.private_file import write_private_file
from nexcred.local.work_tree import is_in_git_unignored

STDOUT = "-"


def write_output(context: Context, output: str | None, data: bytes) -> None:
    """Write it whole or not at all; warn of a file that Git would take along. Raises StoreFailed."""
    if output in (None, STDOUT):
        context.streams.raw(data)
        return
    path = Path(str(output)).expanduser()
    write_private_file(path, data)
    if is_in_git_unignored(path):
        context.streams.warn(f"'{path}' holds secrets, and Git does not ignore it: add it to .gitignore")
