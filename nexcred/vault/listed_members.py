"""Whom an access list names, proved or not."""

from nexcred.vault.access_list import AccessList
from nexcred.vault.roster import GUEST, Member, Roster


def names_guests(access: AccessList, roster: Roster) -> bool:
    """True when a list, which need not be verified, names a guest: guests read overviews by grants of their own."""
    return any(member.role == GUEST for member in named_members(access, roster))


def named_members(access: AccessList, roster: Roster) -> list[Member]:
    """Return the members that a list names, directly or by a team. Unproved: never seal by it."""
    named = {grant.to for grant in access.grants}
    for team_id in named & set(roster.teams):
        named |= roster.teams[team_id].members
    return [roster.members[one] for one in named if one in roster.members]
