"""`nexcred get`."""

from typing import Annotated

import typer

from nexcred.cli.actions.get import act
from nexcred.cli.app.shared_options import PastRevision

EXAMPLES = (
    "nexcred get aventri                        # its only secret",
    "nexcred get 'S3 Production/secret_key' --clip",
    "nexcred get aventri --revision 2           # see nexcred history aventri",
)


def command(
    ctx: typer.Context,
    reference: Annotated[
        str | None,
        typer.Argument(metavar="NAME[/FIELD]", help="A field of a credential; without one, its only secret."),
    ] = None,
    revision: PastRevision = None,
    clip: Annotated[
        bool, typer.Option("--clip", "-c", help="Put it into the clipboard, for 45 seconds, and print nothing.")
    ] = False,
) -> None:
    act(ctx.obj, reference, revision=revision, clip=clip)
