"""Changing who holds a credential: the next access list, which pins its parts, and keys wrapped for those on it."""

from collections.abc import Callable, Iterable, Mapping

from nexcred.errors import Damaged, UsageError
from nexcred.model.shell_word import shell_word
from nexcred.vault.access_list import READ, TO_MEMBER, TO_TEAM, WRITE, AccessGrant, AccessList, make_list
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.ended_lists import EndedLists
from nexcred.vault.overview import Overview
from nexcred.vault.permission import may_not_share
from nexcred.vault.record import DETAILS
from nexcred.vault.roster import OWNER, TEAM_PREFIX, WRITERS, Roster
from nexcred.vault.statements import Statement
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup

# (kind, member or team id) → the most that is granted.
Grants = dict[tuple[int, bytes], int]


def pinning(copy: Transaction, overview: Overview, proved: VerifiedRecord, grants: Iterable[AccessGrant]) -> Overview:
    """Return the overview with the next list, signed by the author of this change; it pins all that is proved now."""
    return with_next_list(copy, overview, grants, revision=proved.statement.revision, pins=proved.pins)


def with_next_list(
    copy: Transaction,
    overview: Overview,
    grants: Iterable[AccessGrant],
    *,
    revision: int,
    pins: Mapping[int, bytes],
    version: int | None = None,
) -> Overview:
    """Return the overview with a list of these grants that pins these statements; by default it is the next one."""
    old = overview.access
    assert isinstance(old, AccessList)
    access = make_list(
        copy.author,
        copy.me,
        copy.vault_id,
        version=old.version + 1 if version is None else version,
        grants=grants,
        creator=old.creator,
        salt=old.salt,
        revision=revision,
        pins=pins,
    )
    return overview._replace(access=copy.note_list(access))


def set_recipients(
    copy: Transaction, found: Lookup, change: Callable[[Grants], Mapping[tuple[int, bytes], int]]
) -> Overview:
    """Return the overview with other recipients, its parts wrapped for them; raise NotPermitted, Disputed, RolledBack.

    `change` gets what is granted, and returns what is to be. Who holds no grant himself says only who is to hold it:
    the next holder who writes completes it.
    """
    overview = found.overview
    proved = copy.prove(overview)
    if not proved.list.may_share(copy.me):
        raise may_not_share(overview.name)
    copy.expect_name(overview, proved, is_shared=True)
    old = proved.list.access
    before = {(kind, to): may for kind, to, may in old.grants if _is_there(kind, to, copy.roster)}
    after = dict(change(dict(before)))
    if not after:
        raise UsageError(
            f"'{overview.name}' must stay with somebody",
            hint=f"or remove it: nexcred remove {shell_word(overview.name)}",
        )
    limited = [AccessGrant(kind, to, _limited(kind, to, may, copy.roster)) for (kind, to), may in after.items()]
    new = pinning(copy, overview, proved, limited)
    lowered = [key for key, may in before.items() if after.get(key, 0) < may]
    if lowered:  # or a member puts the old list back, and the next values are sealed by it
        assert isinstance(new.access, AccessList)
        owners_only = _ends_creator(copy, proved.list.holders(), new)
        copy.ended.append(EndedLists(new.access, tuple(to for _, to in lowered), owners_only=owners_only))
    if lowered or overview.policy is not None:
        new = _with_exposures(copy, new, proved)
    try:
        return with_keys_wrapped(copy, new, proved.statements)
    except Damaged:
        if not lowered:
            raise
        return new  # whatever became of its records, who is taken off is off


def _with_exposures(copy: Transaction, overview: Overview, proved: VerifiedRecord) -> Overview:
    """Return the overview under its next list, which exposes who is not on it any more, and nobody who is again."""
    from nexcred.vault.exposures import expose, hold_again  # where somebody is taken off, or was

    holders = copy.verified_list(overview).holders()
    lost = [one for one in proved.list.holders() if one not in holders]
    return expose(copy, overview, proved, lost) if lost else hold_again(copy, overview, proved, holders)


def with_keys_wrapped(copy: Transaction, overview: Overview, stated: Mapping[int, Statement]) -> Overview:
    """Return the overview with every part wrapped for those on its list, as far as this identity holds the keys.

    `stated` are the proved statements of the parts.
    """
    details = copy.wrap_anew(overview.details, overview, stated[DETAILS])
    if details is None:
        return overview
    overview = overview._replace(details=details)
    for part in overview.parts:
        if part.record is not None and part.statement is not None and part.statement.part in stated:
            wrapped = copy.wrap_anew(part.record, overview, stated[part.statement.part])
            overview = overview.with_part(part.statement.part, part._replace(record=wrapped or part.record))
    return overview


def complete(copy: Transaction, overview: Overview, proved: VerifiedRecord, *, anew: bool = False) -> Overview:
    """Return the overview with keys for those on its list who have none, as far as this identity holds the keys.

    Whether there is a grant, its hint says; with `anew` all are made again, since a member can leave a hint and spoil
    the grant behind it.
    """
    if anew or any(copy.lacks_recipients(record, overview) for record in overview.records):
        return with_keys_wrapped(copy, overview, proved.statements)
    return overview


def refuse_held_by_team(copy: Transaction, overview: Overview, members: Iterable[bytes]) -> None:
    """Raise UsageError where one of these members holds a credential by a team, with what ends that."""
    roster, access = copy.roster, copy.verified_list(overview).access
    teams = [roster.teams[to] for kind, to, _ in access.grants if kind == TO_TEAM and to in roster.teams]
    for one in map(roster.id_of, members):
        team = next((team for team in teams if one in team.members), None)
        if team is not None and one in roster.members:
            who, named = roster.name_of(one), shell_word(f"{TEAM_PREFIX}{team.name}")
            raise UsageError(
                f"'{overview.name}' is held by the team '{team.name}', which {who} belongs to: nothing was changed",
                hint=f"end that for the whole team: nexcred unshare {shell_word(overview.name)} --with {named}; or take"
                f" {who} out of the team: nexcred team remove {shell_word(team.name)} --member {shell_word(who)}",
            )


def most_for(member_id: bytes, roster: Roster) -> int:
    """Return the most that somebody in this role can be granted."""
    member = roster.members.get(member_id)
    return WRITE if member is not None and member.role in WRITERS else READ


def _is_there(kind: int, to: bytes, roster: Roster) -> bool:
    return to in (roster.members if kind == TO_MEMBER else roster.teams)


def _limited(kind: int, to: bytes, may: int, roster: Roster) -> int:
    return min(may, most_for(to, roster)) if kind == TO_MEMBER else may


def _ends_creator(copy: Transaction, before: Mapping[bytes, int], new: Overview) -> bool:
    """True when an owner takes the creator off or lets them only read: else they could sign themselves back on."""
    creator = copy.roster.id_of(new.access.creator)
    after = copy.verified_list(new).holders()
    is_owner = copy.roster.members[copy.me].role == OWNER
    return is_owner and creator != copy.me and after.get(creator, 0) < before.get(creator, 0)
