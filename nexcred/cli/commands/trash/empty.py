"""`nexcred trash empty`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Yes
from nexcred.cli.prompt.confirm import plan, require_yes
from nexcred.cli.render.removal import tell_gone
from nexcred.model.moments import ago
from nexcred.services.credentials.remove import removals_of
from nexcred.services.credentials.trash import choose_removed, empty
from nexcred.wire.sharing import removed_shape

EXAMPLES = (
    "nexcred trash empty",
    "nexcred trash empty aventri 'old-*' --yes",
)


def command(
    ctx: typer.Context,
    patterns: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATTERN", help="What was removed: names, or patterns of names. [everything]"),
    ] = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    context.vault.require_writable()
    chosen = choose_removed(context.vault, patterns or ())
    # What others added is theirs to end: it is told where it was named.
    found = [one for one in chosen if one.may_end] if not patterns else chosen
    if not found:
        context.streams.note("nothing in the trash is yours to empty" if chosen else "the trash is empty")
    elif not yes:
        told = [f"{one.credential.name}, removed {ago(one.removed_at, context.now())}" for one in found]
        require_yes(context, plan(told), "Remove for good?", doing="emptying the trash", declined="nothing was removed")
    if found:
        empty(context.vault, found)
    removals = removals_of(one.credential for one in found)
    context.note_gone("trash empty", (removal.credential for removal in removals))
    if json:
        context.streams.json([removed_shape(removal) for removal in removals])
    tell_gone(context, removals, as_json=json)
