"""`nexcred restore`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import Name
from nexcred.model.name import normalise_name
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.update import restore

EXAMPLES = (
    "nexcred history aventri",
    "nexcred restore aventri --revision 2",
)


def command(
    ctx: typer.Context,
    name: Name,
    revision: Annotated[
        int,
        typer.Option("--revision", metavar="N", help="The revision to bring back.", show_default=False),
    ],
) -> None:
    context: Context = ctx.obj
    wanted = normalise_name(name)
    credential = restore(context.vault, wanted, revision)
    context.note_use("restore", [credential], credential.changed)
    context.streams.line(
        make_visible(f"restored {credential.name}: revision {revision} is back, as revision {credential.version}")
    )
    context.streams.note(f"not probed yet: nexcred probe {shell_word(credential.name)}")
