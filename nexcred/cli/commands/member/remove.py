"""`nexcred member remove`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.render.departure import tell_pinned
from nexcred.cli.render.member import fingerprint_text
from nexcred.cli.render.removal import rotate_line
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.members import dismiss, exposed_by
from nexcred.services.vaults.recipients import find_member
from nexcred.vault.membership import Departure
from nexcred.wire.member import departure_shape

EXAMPLES = (
    "nexcred member remove bob",
    "nexcred member remove ci --yes",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The member, by name or fingerprint.")],
    compromised: Annotated[
        bool, typer.Option("--compromised", help="Trust nothing that rests on this member's word alone.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    vault.require_writable()
    member = find_member(vault, name)
    if not yes:
        told = f"{member.full_name} ({member.role}), fingerprint {fingerprint_text(member.fingerprint)}"
        question = "Let this member read nothing that is written from now on?"
        require_yes(context, (told,), question, doing="removing a member", declined="nobody was removed")
    departure = dismiss(vault, member, is_compromised=compromised)
    if json:
        context.streams.json(departure_shape(member, departure, vault.epoch))
    else:
        told = f"removed {member.full_name}: everything written from now on is under new keys, epoch {vault.epoch}"
        context.streams.line(make_visible(told))
    tell_pinned(context, member.full_name, departure)
    _tell_rest(context, member.full_name, departure)


def _tell_rest(context: Context, full_name: str, departure: Departure) -> None:
    """Say what stays to be done; it is a warning, since until then the values are known to who left."""
    if departure.exposed:
        context.streams.warn(f"{full_name} knows values that still work:")
    exposed = exposed_by(departure)
    for removal in exposed.to_rotate:
        context.streams.plain_error_line(f"  {rotate_line(removal)}")
    for name in exposed.removed:
        context.streams.plain_error_line(make_visible(f"  {name}, which is in the trash"))
    if departure.exposed:
        context.streams.hint(f"see what of it still works with: nexcred status --member {shell_word(full_name)}")
    unproved = [name for name in departure.disputed if name not in departure.exposed]
    if unproved:
        names = ", ".join(f"'{name}'" for name in unproved)
        context.streams.warn(f"it is not proved who held {names}: assume that {full_name} knows them too")
    if departure.orphaned:
        names = ", ".join(f"'{name}'" for name in departure.orphaned)
        it = "it" if len(departure.orphaned) == 1 else "them"
        context.streams.warn(f"nobody else holds {names}: remove {it}, and add {it} again with new values")
