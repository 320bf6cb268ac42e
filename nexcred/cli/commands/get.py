"""`nexcred get`."""

from typing import Annotated

import typer

from nexcred.cli.actions.get import act

EXAMPLES = (
    "nexcred get aventri             # its only secret",
    "nexcred get 'S3 Production/secret_key' --clip",
)


def command(
    ctx: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="NAME[/FIELD]", help="A field of a credential; without one, its only secret.")
    ],
    clip: Annotated[
        bool, typer.Option("--clip", "-c", help="Put it into the clipboard, for 45 seconds, and print nothing.")
    ] = False,
) -> None:
    act(ctx.obj, reference, clip=clip)
