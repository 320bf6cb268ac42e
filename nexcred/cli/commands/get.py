"""`nexcred get`."""

from typing import Annotated

import typer

from nexcred.cli.actions.get import act

EXAMPLES = (
    "nexcred get aventri/api_key",
    "nexcred get resci/api_key | pbcopy",
)


def command(
    ctx: typer.Context,
    reference: Annotated[str, typer.Argument(metavar="NAME/FIELD", help="A field of a credential.")],
) -> None:
    act(ctx.obj, reference)
