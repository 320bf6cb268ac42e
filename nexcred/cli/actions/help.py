"""Print the help of the whole program, which `make docs` has made ahead."""

from pathlib import Path

from nexcred.cli.app.context import Context

HELP = Path(__file__).with_name("help.txt")


def act(context: Context) -> None:
    context.streams.stdout.write(HELP.read_text(encoding="utf-8"))
