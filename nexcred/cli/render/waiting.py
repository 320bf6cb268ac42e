"""Who is on the list of a credential and has no key to it yet, for people."""

from collections.abc import Iterable, Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.render.member import completed_by
from nexcred.model.text import make_visible
from nexcred.vault.listed_holders import ListedHolders
from nexcred.vault.member_info import MemberInfo

_MOST = 10


def waiting_lines(listed: Iterable[ListedHolders], members: Sequence[MemberInfo]) -> list[str]:
    """Say of each what is missing, and who completes it."""
    by_id = {member.id: member for member in members}
    lines = []
    for one in listed:
        if one.waiting:
            who = ", ".join(by_id[member].full_name for member in one.waiting if member in by_id)
            able = completed_by([by_id[member] for member in one.able if member in by_id])
            lines.append(make_visible(f"'{one.name}' is not sealed to {who} yet: {able}"))
    return lines


def tell_waiting(context: Context, listed: Iterable[ListedHolders]) -> None:
    lines = waiting_lines(listed, context.vault.members)
    for line in lines[:_MOST]:
        context.streams.note(line)
    if len(lines) > _MOST:
        context.streams.note(f"and {len(lines) - _MOST} more wait for that")
