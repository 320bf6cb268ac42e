"""`nexcred trash restore`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.model.name import fold_name
from nexcred.model.text import make_visible
from nexcred.services.credentials.trash import find_removed, take_out
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred trash restore aventri",
    "nexcred trash restore aventri --as aventri-old      # its name is taken by now",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What was removed, or its id in nexcred trash list.")],
    new: Annotated[str | None, typer.Option("--as", metavar="NEW", help="Bring it back by another name.")] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    removed = find_removed(context.vault, name)
    credential = take_out(context.vault, removed, new)
    was = removed.credential.name
    context.note_use("trash restore", [credential])
    if json:
        context.streams.json(credential_shape(credential))
        return
    renamed = "" if fold_name(was) == fold_name(credential.name) else f" as {credential.name}"
    context.streams.line(make_visible(f"restored {was}{renamed}"))
