"""Whom a person means by a name: a member, or a team. Nobody is guessed between two."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from nexcred.errors import MemberNotFound, TeamNotFound, UsageError
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.shell_word import shell_word
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible
from nexcred.vault.member_info import MemberInfo, TeamInfo
from nexcred.vault.roster import TEAM_PREFIX
from nexcred.vault.vault import Vault

Named = TypeVar("Named", MemberInfo, TeamInfo)


class Recipients(NamedTuple):
    """Members and teams, each once, in the order in which they were named."""

    members: tuple[MemberInfo, ...] = ()
    teams: tuple[TeamInfo, ...] = ()

    @property
    def people(self) -> tuple[MemberInfo, ...]:
        """The members, and those of the teams, each once."""
        everybody = (*self.members, *(member for team in self.teams for member in team.members))
        return tuple({member.id: member for member in everybody}.values())


def find_member(vault: Vault, said: str) -> MemberInfo:
    """Return who has this name, fingerprint or public identity; raise MemberNotFound with the name perhaps meant.

    Raises UsageError where two have that name.
    """
    found = _members(vault.members, said)
    if found:
        return _only(found, said)
    if _teams(vault.teams, said):
        raise MemberNotFound(f"{_quoted(said)} is a team, not a member", hint="see who is in it: nexcred team list")
    meant = suggest(said, [member.full_name for member in vault.members])
    raise _nobody(said, meant, "nexcred member list")


def find_team(vault: Vault, said: str) -> TeamInfo:
    """Return the team of this name, with `team:` before it or not, or of this id; raise TeamNotFound, UsageError."""
    found = find_team_if_there(vault, said)
    if found is not None:
        return found
    meant = suggest(said, [team.name for team in vault.teams])
    hint = f"did you mean {_quoted(meant)}?" if meant else "see the teams with: nexcred team list"
    raise TeamNotFound(f"no team of this vault is named {_quoted(said)}", hint=hint)


def find_team_if_there(vault: Vault, said: str) -> TeamInfo | None:
    """Return the team of this name or id; None where there is none. Raise UsageError for a name of two."""
    found = _teams(vault.teams, said)
    return _only(found, said) if found else None


def find_recipients(vault: Vault, said: Iterable[str]) -> Recipients:
    """Return whom these names mean; raise MemberNotFound, and UsageError for what means two."""
    members: dict[bytes, MemberInfo] = {}
    teams: dict[bytes, TeamInfo] = {}
    for one in said:
        found = _find_recipient(vault, one)
        if isinstance(found, TeamInfo):
            teams[found.id] = found
        else:
            members[found.id] = found
    return Recipients(tuple(members.values()), tuple(teams.values()))


def _find_recipient(vault: Vault, said: str) -> MemberInfo | TeamInfo:
    members, teams = _members(vault.members, said), _teams(vault.teams, said)
    if members and teams:
        team = shell_word(f"{TEAM_PREFIX}{teams[0].name}")
        raise UsageError(
            f"{_quoted(said)} is the name of a member and of a team",
            hint=f"say {team} for the team, or the member's fingerprint: nexcred member list",
        )
    if members:
        return _only(members, said)
    if teams:
        return _only(teams, said)
    meant = suggest(said, [*(member.full_name for member in vault.members), *(team.name for team in vault.teams)])
    raise _nobody(said, meant, "nexcred member list" if not vault.teams else "nexcred member list, nexcred team list")


def _members(members: Sequence[MemberInfo], said: str) -> list[MemberInfo]:
    keys = [one for one in members if said in (one.id.hex(), one.fingerprint.hex(), one.public)]
    return keys or [one for one in members if fold_name(one.full_name) == fold_name(said)]


def _teams(teams: Sequence[TeamInfo], said: str) -> list[TeamInfo]:
    name = said[len(TEAM_PREFIX) :] if said.casefold().startswith(TEAM_PREFIX) else said
    ids = [one for one in teams if name == one.id.hex()]
    return ids or [one for one in teams if fold_name(one.name) == fold_name(name)]


def _only(found: Sequence[Named], said: str) -> Named:
    if len(found) > 1:
        what = "team" if isinstance(found[0], TeamInfo) else "member"
        raise UsageError(
            f"{len(found)} {what}s are named {_quoted(said)}",
            hint=f"say which by its id: nexcred {what} list --json",
        )
    return found[0]


def _nobody(said: str, meant: str | None, look: str) -> MemberNotFound:
    return MemberNotFound(
        f"nobody named {_quoted(said)} belongs to this vault",
        hint=f"did you mean {_quoted(meant)}?" if meant else f"see who does with: {look}",
    )


def _quoted(name: str) -> str:
    return f"'{make_visible(name[:64])}'"
