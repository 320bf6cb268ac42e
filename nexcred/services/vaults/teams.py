"""The teams of a vault: making and ending them, and who is in them."""

from collections.abc import Sequence

from nexcred.model.name import normalise_new_name
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.vault.membership import Departure
from nexcred.vault.teams import Joined, end_team, join_teams, leave_team, make_team
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault


def begin(vault: Vault, name: str, members: Sequence[MemberInfo]) -> None:
    """Make a team of these members; raise Conflict, InvalidData, NotPermitted, ChangedMeanwhile."""
    checked = normalise_new_name(name)

    def apply(copy: Transaction) -> None:
        join_teams(copy, [make_team(copy, checked)], [member.id for member in members])

    vault.change(apply)


def join(vault: Vault, team: TeamInfo, members: Sequence[MemberInfo]) -> Joined:
    """Add members to a team, and seal to them what it holds; raise NotPermitted, ChangedMeanwhile."""
    return vault.change(lambda copy: join_teams(copy, [team.id], [member.id for member in members]))


def leave(vault: Vault, team: TeamInfo, members: Sequence[MemberInfo]) -> Departure:
    """Take members out of a team: no later values are sealed to them by it. Raise NotPermitted, ChangedMeanwhile."""
    return vault.change(lambda copy: leave_team(copy, team.id, *(member.id for member in members)))


def end(vault: Vault, team: TeamInfo) -> Departure:
    """End a team: nobody holds anything by it any more. Raise NotPermitted, ChangedMeanwhile."""
    return vault.change(lambda copy: end_team(copy, team.id))
