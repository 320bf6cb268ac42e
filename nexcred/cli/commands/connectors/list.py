"""`nexcred connectors list`."""

from functools import partial

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.cli.render.table import print_table
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.loader import load_all
from nexcred.errors import SpecError
from nexcred.wire.connector import connector_shape

EXAMPLES = (
    "nexcred connectors list",
    "nexcred connectors list --json | jq -r '.[].name'",
)

_SHOWN = 4


def command(
    ctx: typer.Context,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    connectors = load_all(on_refused=partial(_leave_out, context))
    if json:
        context.streams.json([connector_shape(connector) for connector in connectors])
        return
    rows = [
        [
            Cell(connector.name, BOLD),
            Cell(connector.title),
            Cell(_methods(connector)),
            Cell("your own" if connector.file else "built in", "" if connector.file else QUIET),
            Cell(connector.docs_url, QUIET),
        ]
        for connector in connectors
    ]
    print_table(context.streams, context.terminal, ("NAME", "SYSTEM", "METHODS", "FROM", "DOCUMENTATION"), rows)


def _methods(connector: Connector) -> str:
    """Name the first ones; `connectors show` has them all."""
    names = [method.name for method in connector.methods]
    more = [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN + 1 else []
    return ", ".join(names[:_SHOWN] + more if more else names)


def _leave_out(context: Context, refused: SpecError) -> None:
    context.streams.warn(f"left out: {refused.message}")
    context.streams.hint(refused.hint or "see what is wrong with: nexcred connectors check FILE")
