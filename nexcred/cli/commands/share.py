"""`nexcred share`."""

import typer

from nexcred.cli.context import Context
from nexcred.cli.flags import Names, With
from nexcred.cli.render.member import names_of
from nexcred.model.name import normalise_name
from nexcred.model.text import make_visible
from nexcred.services.members import find_member
from nexcred.services.share import share

EXAMPLES = (
    "nexcred share aventri --with bob",
    "nexcred share aventri resci --with bob --with ci",
)


def command(ctx: typer.Context, names: Names, to: With) -> None:
    context: Context = ctx.obj
    wanted = [normalise_name(name) for name in names]
    members = [find_member(context.vault, name) for name in to]
    affected = share(context.vault, wanted, members)
    for credential, newcomers in affected:
        context.streams.line(make_visible(f"shared {credential.name} with {names_of(newcomers)}"))
    if not affected:
        context.streams.note(f"held by {names_of(members)} already: nothing changed")
