"""`nexcred remove`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.prompt.confirm import require_yes
from nexcred.errors import Tampered
from nexcred.model.name import normalise_name
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal, find_removals, remove, remove_unopened
from nexcred.wire.sharing import RemovedShape, removed_shape

EXAMPLES = (
    "nexcred remove aventri",
    "nexcred remove aventri old-resci --yes",
)


def command(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="The credentials.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    wanted = [normalise_name(name) for name in names]
    try:
        removals = find_removals(context.vault, wanted)
    except Tampered as damage:
        if len(wanted) > 1:
            raise
        _remove_unopened(context, wanted[0], damage, yes=yes, json=json)
        return
    context.vault.require_writable()
    if not yes:
        told = [f"{removal.credential.name} ({removal.title}), with its history" for removal in removals]
        require_yes(context, told, "Remove for good?", doing="removing", declined="nothing was removed")
    remove(context.vault, removals)
    for removal in removals:
        context.note_use("remove", [removal.credential], names=(removal.credential.name,))
        if not json:
            context.streams.line(make_visible(f"removed {removal.credential.name}"))
        context.streams.note(_still_valid(removal))
    if json:
        context.streams.json([removed_shape(removal) for removal in removals])


def _remove_unopened(context: Context, name: str, damage: Tampered, *, yes: bool, json: bool) -> None:
    """Let a damaged record go, of which nothing can be shown."""
    context.vault.require_writable()
    if not yes:
        told = (f"{name}: {damage.message}",)
        require_yes(context, told, "Remove it unseen?", doing="removing", declined="nothing was removed")
    remove_unopened(context.vault, name)
    context.note_use("remove", names=(name,))
    if json:
        gone: RemovedShape = {"name": name, "id": None, "credentials_type": None, "revoke": None}
        context.streams.json([gone])
    else:
        context.streams.line(make_visible(f"removed {name}, which could not be opened"))
    context.streams.note("the key that it held still works at its provider: revoke it there")


def _still_valid(removal: Removal) -> str:
    where = f": revoke it {removal.revoke}" if removal.revoke else ": revoke it there"
    return f"the key of '{removal.credential.name}' still works at {removal.title}{where}"
