"""`nexcred member role`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.render.departure import tell_pinned
from nexcred.cli.render.member import fingerprint_text
from nexcred.model.text import make_visible
from nexcred.services.vaults.members import MAY, change_role, check_role
from nexcred.services.vaults.recipients import find_member
from nexcred.wire.member import member_shape

EXAMPLES = (
    "nexcred member role bob owner",
    "nexcred member role bob reader --yes",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The member, by name or fingerprint.")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="One of owner, member, reader, guest.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    vault.require_writable()
    member, wanted = find_member(vault, name), check_role(role)
    is_you = member.fingerprint == vault.identity.fingerprint
    if member.role == wanted:
        context.streams.note(f"{make_visible(member.full_name)} is {wanted} already: nothing changed")
        if json:
            context.streams.json(member_shape(member, vault.teams, you=is_you))
        return
    if not yes:
        told = (
            f"{member.full_name}, fingerprint {fingerprint_text(member.fingerprint)}, is {member.role}",
            f"as {wanted}: {MAY[wanted]}",
        )
        question = f"Make {make_visible(member.full_name)} {wanted}?"
        require_yes(context, told, question, doing="changing a role", declined="nothing was changed")
    departure = change_role(vault, member, wanted)
    if json:
        context.streams.json(member_shape(find_member(vault, member.id.hex()), vault.teams, you=is_you))
    else:
        context.streams.line(make_visible(f"{member.full_name} is {wanted} from now on"))
    tell_pinned(context, member.full_name, departure)
