"""`nexcred exposure clear`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Name
from nexcred.cli.render.exposure import cleared_line
from nexcred.model.text import make_visible
from nexcred.services.rotation.exposing import clear_exposures
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred exposure clear aventri --reason 'the laptop was wiped unread'",
    "nexcred exposure clear aventri --reason 'the ticket was never sent' --json",
    "nexcred exposure clear aventri --revision 2 --reason 'never was in use'",
)


def command(
    ctx: typer.Context,
    name: Name,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why nobody who should not knows it.")],
    revision: Annotated[
        int | None,
        typer.Option("--revision", metavar="N", help="Only the secret of that revision.", show_default=False),
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    credential = context.find(name)
    told = clear_exposures(context.vault, credential, reason, context.now(), revision)
    context.note_use("exposure clear", [credential])
    if json:
        context.streams.json(credential_shape(told.credential))
        return
    for one in told.exposures:
        context.streams.line(make_visible(cleared_line(told.credential, one)))
    if not told.exposures:
        context.streams.note(make_visible(f"nothing of {credential.name} counts as exposed there"))
