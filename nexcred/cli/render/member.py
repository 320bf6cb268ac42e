"""Members, for people."""

from collections.abc import Iterable, Sequence

from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.services.vaults.recipients import Recipients
from nexcred.vault.member_info import MemberInfo, TeamInfo

HEADINGS = ("NAME", "ROLE", "FINGERPRINT", "TEAMS", "")
_GROUP = 4
_MOST_NAMED = 8


def member_rows(members: Iterable[MemberInfo], teams: Sequence[TeamInfo], me: bytes) -> list[list[Cell]]:
    return [
        [
            Cell(member.full_name, BOLD),
            Cell(member.role if member.until is None else f"{member.role} until {member.until:%Y-%m-%d}"),
            Cell(fingerprint_text(member.fingerprint), QUIET),
            Cell(", ".join(team.name for team in teams if member in team.members)),
            Cell("you" if member.fingerprint == me else "", QUIET),
        ]
        for member in members
    ]


def fingerprint_text(fingerprint: bytes) -> str:
    """Write it in groups that two people can compare aloud."""
    text = fingerprint.hex()
    return " ".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def names_of(members: Sequence[MemberInfo]) -> str:
    return ", ".join(member.full_name for member in members)


def recipients_text(recipients: Recipients) -> str:
    """Name members, and teams with who is in them."""
    teams = (f"{team.name} ({_who_is_in(team.members)})" for team in recipients.teams)
    return ", ".join((*(member.full_name for member in recipients.members), *teams))


def _who_is_in(members: Sequence[MemberInfo]) -> str:
    if len(members) > _MOST_NAMED:
        return f"{len(members)} members"
    return names_of(members) or "nobody yet"


def completed_by(able: Sequence[MemberInfo]) -> str:
    """Say who seals what somebody is listed for, and how."""
    if not able:
        return "nobody can complete it who may write to the vault"
    return f"{' or '.join(member.full_name for member in able)} completes it with: nexcred share --complete"
