"""`nexcred unshare`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns, With, Yes
from nexcred.cli.input.chosen import choose_or_refuse, show_plan
from nexcred.cli.render.member import names_of
from nexcred.cli.render.removal import rotate_line
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import removals_of
from nexcred.services.vaults.members import find_member
from nexcred.services.vaults.share import unshare
from nexcred.wire.sharing import unshared_shape

EXAMPLES = (
    "nexcred unshare aventri --with bob",
    "nexcred unshare 'prod-*' resci --with bob --with ci",
)


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    *,
    to: With,
    tag: ByTag = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    chosen = choose_or_refuse(context, patterns, tag)
    members = [find_member(context.vault, name) for name in to]
    context.vault.require_writable()
    show_plan(context, chosen, f"Seal them no longer to {names_of(members)}?", doing="unsharing several", yes=yes)
    affected = unshare(context.vault, chosen.credentials, members)
    if not affected:
        context.streams.note(f"not held by {names_of(members)}: nothing changed")
    removals = removals_of(credential for credential, _ in affected)
    if json:
        leaving = zip(removals, affected, strict=True)
        shapes = [unshared_shape(one, [who.full_name for who in leavers]) for one, (_, leavers) in leaving]
        context.streams.json(shapes)
    if not affected:
        return
    for credential, leavers in affected if not json else ():
        context.streams.line(make_visible(f"{credential.name} is no longer sealed to {names_of(leavers)}"))
    known_by = names_of([member for member in members if any(member in leavers for _, leavers in affected)])
    what = "it" if len(affected) == 1 else "they"
    context.streams.warn(f"{known_by} may have read what {what} held, which still works:")
    for removal in removals:
        context.streams.plain_error_line(f"  {rotate_line(removal)}")
