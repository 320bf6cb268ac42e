"""`nexcred team remove`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, MemberOptions
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.render.member import names_of
from nexcred.cli.render.team import counted, tell_left
from nexcred.model.text import make_visible
from nexcred.services.vaults.recipients import find_member, find_team
from nexcred.services.vaults.teams import end, leave
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.wire.team import team_left_shape

EXAMPLES = (
    "nexcred team remove data --member bob",
    "nexcred team remove data --yes       # ends the team: nobody holds anything by it any more",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The team.")],
    member: MemberOptions = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    vault.require_writable()
    team = find_team(vault, name)
    members = list(dict.fromkeys(find_member(vault, one) for one in member or ()))
    is_end = not members
    leaving = [one for one in members if one in team.members] if members else list(team.members)
    if not (is_end or leaving):
        context.streams.note(make_visible(f"not in {team.name}: {names_of(members)}; nothing changed"))
    elif not yes:
        _ask(context, team, leaving, is_end=is_end)
    departure = end(vault, team) if is_end else leave(vault, team, leaving)
    if json:
        context.streams.json(team_left_shape(team, leaving, departure, ended=is_end))
    elif is_end:
        context.streams.line(make_visible(f"ended the team {team.name}: nobody holds anything by it any more"))
    elif leaving:
        context.streams.line(
            make_visible(f"left {team.name}: {names_of(leaving)}; nothing is sealed to them by it any more")
        )
    tell_left(context, leaving, departure)


def _ask(context: Context, team: TeamInfo, leaving: Sequence[MemberInfo], *, is_end: bool) -> None:
    held = [one.name for one in context.vault.listed_holders() if team.id in one.teams]
    told = (f"{team.name}: {names_of(team.members) or 'nobody'}; it holds {counted(held)}",)
    if is_end:
        question = "End this team? A later one of its name does not hold what this one holds."
        require_yes(context, told, question, doing="ending a team", declined="nothing was changed")
    else:
        question = make_visible(f"Let {names_of(leaving)} hold nothing by it any more?")
        require_yes(context, told, question, doing="taking somebody out of a team", declined="nobody left")
