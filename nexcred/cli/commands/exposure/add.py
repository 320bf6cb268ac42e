"""`nexcred exposure add`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Name
from nexcred.cli.render.exposure import exposed_line
from nexcred.model.text import make_visible
from nexcred.services.credentials.exposed import command_to_mend
from nexcred.services.rotation.exposing import add_exposure
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred exposure add aventri --reason 'pasted into a ticket'",
    "nexcred exposure add aventri --reason 'a contractor had it' --json",
    "nexcred exposure add aventri --revision 2 --reason 'in a log of May'",
)


def command(
    ctx: typer.Context,
    name: Name,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Who may know it, or where it was seen.")],
    revision: Annotated[
        int | None,
        typer.Option(
            "--revision",
            metavar="N",
            help="The secret of that revision, not the present one.",
            show_default=False,
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    credential = context.find(name)
    told = add_exposure(context.vault, credential, reason, context.now(), revision)
    context.note_use("exposure add", [credential])
    if json:
        context.streams.json(credential_shape(told.credential))
        return
    for one in told.exposures:
        context.streams.line(make_visible(exposed_line(told.credential, one)))
        context.streams.note(make_visible(f"what ends that: {command_to_mend(told.credential, one)}"))
    if not told.exposures:
        context.streams.note(make_visible(f"{credential.name} counts as exposed for that reason already"))
