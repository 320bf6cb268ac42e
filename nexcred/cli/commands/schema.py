"""`nexcred schema`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.errors import UsageError
from nexcred.model.suggest import suggest
from nexcred.wire.schemas import CONNECTOR, ERROR, PROJECT, SCHEMAS, schema_of

EXAMPLES = (
    "nexcred schema                     # list the outputs",
    "nexcred schema list > list.schema.json",
    "nexcred schema connector > connector.schema.json",
)


def command(
    ctx: typer.Context,
    output: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OUTPUT", help=f"A command that has --json, or: {', '.join((ERROR, CONNECTOR, PROJECT))}."
        ),
    ] = None,
) -> None:
    context: Context = ctx.obj
    if not output:
        for name in SCHEMAS:
            context.streams.line(name)
        return
    wanted = " ".join(output)
    if wanted not in SCHEMAS:
        meant = suggest(wanted, SCHEMAS)
        raise UsageError(
            "no output has that name", hint=f"did you mean '{meant}'?" if meant else "see them all: nexcred schema"
        )
    context.streams.json(schema_of(wanted))
