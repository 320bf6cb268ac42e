"""`nexcred connectors list`."""

import typer

from nexcred.cli.connector_shapes import connector_shape
from nexcred.cli.context import Context
from nexcred.cli.flags import AsJson
from nexcred.cli.render.ink import BOLD, QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.connectors.loader import load_all

EXAMPLES = (
    "nexcred connectors list",
    "nexcred connectors list --json | jq -r '.[].name'",
)


def command(
    ctx: typer.Context,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    connectors = load_all()
    if json:
        context.streams.json([connector_shape(connector) for connector in connectors])
        return
    rows = [
        [
            Cell(connector.name, BOLD),
            Cell(connector.title),
            Cell(", ".join(method.name for method in connector.methods)),
            Cell(connector.docs_url, QUIET),
        ]
        for connector in connectors
    ]
    print_table(context.streams, context.terminal, ("NAME", "SYSTEM", "METHODS", "DOCUMENTATION"), rows)
