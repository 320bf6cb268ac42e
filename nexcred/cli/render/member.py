"""Members, for people."""

from collections.abc import Iterable, Sequence

from nexcred.cli.render.style import BOLD, QUIET, Cell
from nexcred.vault.member_info import MemberInfo

HEADINGS = ("NAME", "ROLE", "FINGERPRINT", "")
_GROUP = 4


def member_rows(members: Iterable[MemberInfo], me: bytes) -> list[list[Cell]]:
    return [
        [
            Cell(member.full_name, BOLD),
            Cell(member.role if member.until is None else f"{member.role} until {member.until:%Y-%m-%d}"),
            Cell(fingerprint_text(member.fingerprint), QUIET),
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


def completed_by(able: Sequence[MemberInfo]) -> str:
    """Say who seals what somebody is listed for, and how."""
    if not able:
        return "nobody can complete it who may write to the vault"
    return f"{' or '.join(member.full_name for member in able)} completes it with: nexcred share --complete"
