"""`nexcred connectors list`."""

from typing import Annotated

import typer

from nexcred.cli.actions.connectors.list import act
from nexcred.cli.app.shared_options import AsJson

EXAMPLES = (
    "nexcred connectors list google ads",
    "nexcred connectors list --category payments",
    "nexcred connectors list --json | jq -r '.[].name'",
)


def command(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="WORD", help="Only those with these words in what they are called or for."),
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="CATEGORY", help="Only those of this kind, such as payments.")
    ] = None,
    json: AsJson = False,
) -> None:
    act(ctx.obj, words or (), category=category, json=json)
