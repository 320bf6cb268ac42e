"""`nexcred revoke`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import NameOrPick, Yes
from nexcred.cli.dialogs.pick_credential import named_or_picked
from nexcred.cli.dialogs.revoke import is_refused_now, key_to_revoke, revoke
from nexcred.cli.render.proof_of_end import is_dead
from nexcred.model.text import make_visible

EXAMPLES = (
    "nexcred revoke slack",
    "nexcred revoke slack --revision 2 --yes      # an old key, which history lists",
)


def command(
    ctx: typer.Context,
    name: NameOrPick = None,
    revision: Annotated[
        int | None,
        typer.Option("--revision", metavar="N", help="The key of that revision.", show_default=False),
    ] = None,
    yes: Yes = False,
) -> None:
    context: Context = ctx.obj
    credential = context.find(named_or_picked(context, name, "NAME", "revoke"))
    context.vault.require_writable()
    context.vault.require_writer(credential)
    key = key_to_revoke(context, credential, revision)
    if is_dead(key) and is_refused_now(key):
        context.streams.line(make_visible(f"the key of {credential.name}, revision {key.revision}, is dead already"))
        return
    context.note_use("revoke", [credential])
    revoke(context, key, yes=yes, is_named=revision is not None)
