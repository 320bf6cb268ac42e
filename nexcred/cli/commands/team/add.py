"""`nexcred team add`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, MemberOptions
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.render.guest_line import tell_guests
from nexcred.cli.render.member import names_of
from nexcred.cli.render.team import NOTHING_JOINED, counted, tell_joined
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.recipients import find_member, find_team, find_team_if_there
from nexcred.services.vaults.teams import begin, join
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.wire.team import team_joined_shape

EXAMPLES = (
    "nexcred team add data --member bob --member cyd     # makes it, or adds them to it",
    "nexcred share 'prod-*' --with data                  # then it holds credentials",
    "nexcred team add data --member eve --yes            # what it holds is sealed to eve at once",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The team, new or there already.")],
    member: MemberOptions = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before sealing what it holds.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    vault.require_writable()
    team = find_team_if_there(vault, name)
    members = list(dict.fromkeys(find_member(vault, one) for one in member or ()))
    there = () if team is None else team.members
    newcomers = [one for one in members if one not in there]
    joined = NOTHING_JOINED
    if team is None:
        begin(vault, name, newcomers)
    elif newcomers:
        if not yes:
            _ask(context, team, newcomers)
        joined = join(vault, team, newcomers)
    now = find_team(vault, name)
    if json:
        context.streams.json(team_joined_shape(now, newcomers, joined, made=team is None))
    elif team is None or newcomers:
        context.streams.line(make_visible(_said(now, newcomers, is_new=team is None)))
    if team is not None and not newcomers:
        already = f"in {now.name} already: {names_of(members)}" if members else f"{now.name} is there already"
        context.streams.note(make_visible(f"{already}; nothing changed"))
    tell_joined(context, newcomers, joined)
    if team is None:
        context.streams.note(f"share with it: nexcred share NAME --with {shell_word(now.name)}")
    tell_guests(context, newcomers if joined != NOTHING_JOINED else ())


def _ask(context: Context, team: TeamInfo, newcomers: Sequence[MemberInfo]) -> None:
    """Ask before somebody is let into what a team holds already; one that holds nothing can be filled unasked."""
    held = [one.name for one in context.vault.listed_holders() if team.id in one.teams]
    if held:
        told = f"{team.name} holds {counted(held)}"
        question = make_visible(f"Let {names_of(newcomers)} hold them?")
        require_yes(context, (told,), question, doing="letting somebody hold them", declined="nobody joined")


def _said(team: TeamInfo, newcomers: Sequence[MemberInfo], *, is_new: bool) -> str:
    if is_new:
        return f"made the team {team.name}: {names_of(newcomers) or 'nobody is in it yet'}"
    return f"joined {team.name}: {names_of(newcomers)}"
