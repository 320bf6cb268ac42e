"""Print the names of all commands on one screen."""

from nexcred.cli.app.context import Context
from nexcred.cli.app.help_page import overview


def act(context: Context) -> None:
    context.streams.stdout.write(overview())
