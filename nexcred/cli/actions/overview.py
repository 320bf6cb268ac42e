"""Print the names of all commands on one screen."""

from nexcred.cli.app.context import Context
from nexcred.cli.app.help_page import overview
from nexcred.cli.terminal.wrapping import columns_of


def act(context: Context) -> None:
    context.streams.stdout.write(overview(columns_of(context.streams.stdout)))
