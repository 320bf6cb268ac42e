"""`nexcred rename`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.model.name import normalise_name, normalise_new_name
from nexcred.model.text import make_visible
from nexcred.services.credentials.update import rename
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred rename aventri prod-aventri",
    'nexcred rename aventri "Aventri Production"',
)


def command(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="The credential.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    present, wanted = normalise_name(old), normalise_new_name(new)
    before = context.vault.find(present)
    credential = rename(context.vault, present, wanted)
    if credential.name != before.name:
        context.note_use("rename", [credential], names=(before.name, credential.name))
    if json:
        context.streams.json(credential_shape(credential))
    else:
        context.streams.line(make_visible(f"renamed {old} to {credential.name}"))
