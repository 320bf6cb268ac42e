"""`nexcred remove`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.asking import Tone
from nexcred.cli.context import Context
from nexcred.errors import NexcredError, UsageError
from nexcred.model.name import normalise_name
from nexcred.model.text import make_visible
from nexcred.services.remove import Removal, find_removals, remove

EXAMPLES = (
    "nexcred remove aventri",
    "nexcred remove aventri old-resci --yes",
)


def command(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="The credentials.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    context: Context = ctx.obj
    wanted = [normalise_name(name) for name in names]
    removals = find_removals(context.vault, wanted)
    context.vault.require_writable()
    if not yes:
        _confirm(context, removals)
    remove(context.vault, removals)
    for removal in removals:
        context.streams.line(make_visible(f"removed {removal.credential.name}"))
        context.streams.note(_still_valid(removal))


def _confirm(context: Context, removals: Sequence[Removal]) -> None:
    if not context.terminal.interactive:
        raise UsageError("removing needs a yes", hint="add --yes, or run it at a terminal")
    for removal in removals:
        context.asker.tell(make_visible(f"{removal.credential.name} ({removal.title}), with its history"), Tone.CAREFUL)
    if not context.asker.confirm("Remove for good?"):
        raise NexcredError("nothing was removed")


def _still_valid(removal: Removal) -> str:
    where = f": revoke it {removal.revoke}" if removal.revoke else ": revoke it there"
    return f"the key of '{removal.credential.name}' still works at {removal.title}{where}"
