"""`nexcred connectors show`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.connector import connector_lines
from nexcred.cli.terminal.pager import print_long
from nexcred.cli.terminal.visible import visible
from nexcred.cli.terminal.wrapping import room_on
from nexcred.connectors.load.loader import load_connector
from nexcred.wire.connector import connector_shape

EXAMPLES = (
    "nexcred connectors show aventri",
    "nexcred connectors show aha --json | jq '.methods[].fields'",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A connector: see nexcred connectors list.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    connector = load_connector(name)
    if json:
        context.streams.json(connector_shape(connector))
        return
    room = room_on(context.streams.stdout)
    lines = connector_lines(connector, colour=context.terminal.colour_out, room=room)
    print_long(context.streams, [visible(line) for line in lines])
