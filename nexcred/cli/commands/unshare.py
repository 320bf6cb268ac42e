"""`nexcred unshare`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns, With, Yes
from nexcred.cli.input.chosen import choose_or_refuse, show_plan
from nexcred.cli.render.departure import tell_known
from nexcred.cli.render.member import names_of, recipients_text
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import removals_of
from nexcred.services.vaults.recipients import find_recipients
from nexcred.services.vaults.share import unshare
from nexcred.wire.sharing import unshared_shape

EXAMPLES = (
    "nexcred unshare aventri --with bob",
    "nexcred unshare 'prod-*' resci --with bob --with team:data",
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
    recipients = find_recipients(context.vault, to)
    context.vault.require_writable()
    told = recipients_text(recipients)
    show_plan(context, chosen, f"Seal them no longer to {told}?", doing="unsharing several", yes=yes)
    affected = unshare(context.vault, chosen.credentials, recipients)
    if not affected:
        context.streams.note(make_visible(f"not held by {told}: nothing changed"))
    removals = removals_of(one.credential for one in affected)
    if json:
        context.streams.json([unshared_shape(removal, one) for removal, one in zip(removals, affected, strict=True)])
    for one in affected if not json else ():
        context.streams.line(make_visible(f"{one.credential.name} is no longer sealed to {recipients_text(one.named)}"))
    known = [(removal, one.people) for removal, one in zip(removals, affected, strict=True) if one.people]
    if known:
        knowing = {person.id: person for _, people in known for person in people}
        what = "it" if len(known) == 1 else "they"
        told = f"{names_of([*knowing.values()])} may have read what {what} held"
        tell_known(context, told, [one for one, _ in known])
