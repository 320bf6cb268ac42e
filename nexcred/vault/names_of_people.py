"""Names of members and teams in one vault: `--with NAME` means one of them, and nobody is taken for another."""

import re

from nexcred.errors import Conflict, InvalidData, Problem
from nexcred.model.look_alike import look_alike
from nexcred.model.text import make_visible
from nexcred.vault.roster import TEAM_PREFIX, Roster

# What somebody is named by besides: a team by its prefix, anybody by keys or a fingerprint.
_OTHERWISE_NAMED = re.compile(r"team:.*|nexcred-(id|secret|check)-.*|([\s:_-]*[0-9a-f]){32}", re.IGNORECASE)


def refuse_confusable(roster: Roster, name: str) -> None:
    """Raise InvalidData for a new name that reads as something else, Conflict for one like that of somebody there."""
    if _OTHERWISE_NAMED.fullmatch(name):
        problem = f"reads as a fingerprint or a key, or begins with '{TEAM_PREFIX}'"
        raise InvalidData(
            f"'{make_visible(name[:40])}' is no name for a member or a team: it {problem}",
            hint="choose another name",
            problems=(Problem("name", problem),),
        )
    members = (("member", member.full_name) for member in roster.members.values())
    teams = (("team", team.name) for team in roster.teams.values())
    for what, there in (*members, *teams):
        if look_alike(name, there):
            raise Conflict(
                f"a {what} is named '{make_visible(there)}' already", hint="choose another name for the new one"
            )
