"""`nexcred member add`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Until
from nexcred.cli.input.dates import parse_until
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.render.guest_line import tell_left_out
from nexcred.cli.render.member import fingerprint_text
from nexcred.cli.render.team import counted, tell_joined
from nexcred.model.name import normalise_name
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.guest_line import line_for
from nexcred.services.vaults.members import MAY, admit, check_role
from nexcred.services.vaults.recipients import find_member, find_team
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.member_info import TeamInfo
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.vault import Vault
from nexcred.wire.member import member_shape

EXAMPLES = (
    "nexcred identity new bob --unbound -o bob.identity      # run by bob, who sends you what it prints",
    "nexcred member add bob NEXCRED-ID-2… --team data         # and holds what the team holds",
    "nexcred member add auditor NEXCRED-ID-2… --role reader",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the new member.")],
    public_id: Annotated[str, typer.Argument(metavar="PUBLIC-ID", help="The public identity: NEXCRED-ID-2…")],
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="One of owner, member, reader, guest.")] = MEMBER,
    team: Annotated[
        list[str] | None, typer.Option("--team", metavar="TEAM", help="A team to join at once; repeatable.")
    ] = None,
    until: Until = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask: you have compared the fingerprint.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    full_name, public = normalise_name(name), PublicIdentity.parse(public_id)
    check_role(role)
    ends = parse_until(until, role == GUEST, context.now())
    vault = context.vault
    vault.require_writable()
    teams = [find_team(vault, one) for one in dict.fromkeys(team or ())]
    fingerprint = fingerprint_text(public.fingerprint)
    if not yes:
        told = (f"{full_name}, {role}: {MAY[role]}", f"fingerprint {fingerprint}", *_held_by(vault, teams))
        question = f"Does {make_visible(full_name)} see the same fingerprint?"
        require_yes(context, told, question, doing="letting somebody in", declined="nobody was let in")
    joined = admit(vault, public, full_name, role, until=ends, teams=teams)
    member = find_member(vault, public.text)
    if json:
        context.streams.json(member_shape(member, vault.teams, you=False))
    else:
        context.streams.line(make_visible(f"{full_name} belongs to the vault: {role}, fingerprint {fingerprint}"))
    tell_joined(context, [member], joined)
    if not teams:
        context.streams.note(f"values are shared one by one: nexcred share NAME --with {shell_word(full_name)}")
    context.streams.note("on a machine that has not seen the vault, this line goes into NEXCRED_CHECKPOINT:")
    line = line_for(vault, member) if role == GUEST else None
    context.streams.note(write_checkpoint(vault.checkpoint() if line is None else line.checkpoint))
    if line is not None:
        tell_left_out(context, line)


def _held_by(vault: Vault, teams: Sequence[TeamInfo]) -> list[str]:
    """Say what each team lets its members hold."""
    listed = vault.listed_holders() if teams else []
    held = {team.name: [one.name for one in listed if team.id in one.teams] for team in teams}
    return [f"joins {team}, which holds {counted(names)}" for team, names in held.items()]
