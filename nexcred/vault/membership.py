"""Who belongs to a vault: joining, leaving, another role, teams. What takes authority away pins what rested on it."""

from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple

from nexcred.errors import Damaged, NotPermitted
from nexcred.vault.access_list import TO_MEMBER, TO_TEAM, AccessList
from nexcred.vault.authority import VerifiedRecord, has_ended, verify_record
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.overview import Overview
from nexcred.vault.roster import GUEST, OWNER, Roster
from nexcred.vault.roster_changes import with_member, with_role, without_member
from nexcred.vault.sharing import pinning
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Everything, Lookup


class Departure(NamedTuple):
    """What somebody who left could read. `orphaned` nobody else can open: their values must be entered anew.

    `pinned` rested on what he had signed, and stays as it was; `disputed` opens for nobody until it is settled.
    """

    exposed: tuple[str, ...]
    orphaned: tuple[str, ...]
    pinned: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()


def admit(copy: Transaction, public: PublicIdentity, full_name: str, role: str, until_ms: int | None = None) -> None:
    """Let somebody in; raise Conflict, NotPermitted."""
    roster = with_member(copy.roster, copy.author, public, full_name, role, until_ms)
    copy.admit(roster, public.fingerprint)


def dismiss(copy: Transaction, member_id: bytes, *, is_compromised: bool = False) -> Departure:
    """Let somebody read nothing that is written from now on; raise NotPermitted. Nothing in a record can stop it.

    What rested on his word is pinned as it stands; not so with `is_compromised`, when it may be a thief's.
    """
    if member_id == copy.me:
        raise NotPermitted("nobody can remove himself from a vault", hint="another owner can: nexcred member list")
    roster = without_member(copy.roster, copy.author, member_id)
    every = copy.begin_epoch(roster)
    return take_away(copy, every, (member_id,), pins=not is_compromised)


def dismiss_ended(copy: Transaction, member_id: bytes) -> bool:
    """Let a guest go whose time is over; False where somebody was quicker or gave him longer, or one clock says so."""
    member = copy.roster.members.get(member_id)
    if member is None or not has_ended(member, copy.past_ms) or copy.state.me.role != OWNER:
        return False
    dismiss(copy, member_id)
    return True


def change_role(copy: Transaction, member_id: bytes, role: str) -> Departure:
    """Give somebody another role; raise NotPermitted. What he may not say any more is pinned as it stands."""
    roster = with_role(copy.roster, copy.author, member_id, role)
    before = copy.roster.members[member_id]
    if role == GUEST and before.role != GUEST:
        every = copy.begin_epoch(roster)
        departure = take_away(copy, every, (member_id,))
        _show_to_guest(copy, every, member_id)
        return departure
    every = copy.everything()
    copy.put_in_order(every)
    if before.role == GUEST and role != GUEST:
        copy.admit(roster, member_id)
    else:
        copy.roster = roster
    return take_away(copy, every, (member_id,))


def _show_to_guest(copy: Transaction, every: Everything, guest: bytes) -> None:
    """Seal to a new guest the overviews of what he holds, which members open by the key of the vault."""
    for found in every.credentials:
        if found.overview.record_id in copy.written:
            continue
        with suppress(Damaged):
            if guest in copy.verified_list(found.overview).holders():
                copy.put(found.overview, found.revision + 1, instead_of=found)


def take_away(copy: Transaction, every: Everything, gone: Collection[bytes], *, pins: bool = True) -> Departure:
    """Pin what rested on the word of these members, with the lists as they were less who left the vault.

    Who leaves may have hidden before what he knows: all lists are proved then, and who was taken off values that stand
    still knows them.
    """
    exposed, orphaned, pinned, disputed = [], [], [], []
    leavers = [one for one in gone if one not in copy.roster.members]
    for found in (*every.credentials, *every.trash):
        overview = found.overview
        is_concerned = any(_concerns(overview, member_id, copy.state.roster) for member_id in gone)
        if not is_concerned and not leavers:
            continue
        try:
            before = copy.list_before(overview).holders()
            copy.refuse_older_list(overview)
            is_to_be_proved = _rests_on(overview, gone) or _were_taken_off(copy, overview, leavers)
            proved = copy.prove_before(overview) if is_to_be_proved else None
        except Damaged:
            disputed.append(overview.name)  # it was before
            continue
        if proved is not None and not _stands(copy, overview):
            if not pins:
                disputed.append(overview.name)
                is_known = any(one in before for one in gone) or _know_it_still(copy, overview, proved, leavers)
                exposed += [overview.name] if is_known else []
                continue
            overview = _pin(copy, found, proved)
            pinned.append(overview.name)
        after = copy.verified_list(overview).holders()
        is_lost = any(one in before and one not in after for one in gone)
        if is_lost or _know_it_still(copy, found.overview, proved, leavers):
            exposed.append(overview.name)
        if is_lost and not after:
            orphaned.append(overview.name)
    return Departure(*(tuple(sorted(names)) for names in (exposed, orphaned, pinned, disputed)))


def _were_taken_off(copy: Transaction, overview: Overview, members: Collection[bytes]) -> bool:
    """True when one of them held it once, and was taken off."""
    return not copy.state.roster.taken_off(overview.record_id, since=0).isdisjoint(members)


def _know_it_still(
    copy: Transaction, overview: Overview, proved: VerifiedRecord | None, members: Collection[bytes]
) -> bool:
    """True when one of them was taken off after the values were written that stand there still."""
    if proved is None:
        return False
    written = proved.statement if proved.confirmed is None else overview.inherited
    assert written is not None
    return not copy.state.roster.taken_off(overview.record_id, since=written.list_version).isdisjoint(members)


def _rests_on(overview: Overview, members: Collection[bytes]) -> bool:
    """True when one of them signed the list, the values or another part."""
    signed = (part.statement for part in overview.parts)
    by = {statement.by for statement in (overview.statement, *signed) if statement is not None}
    return overview.access.signer in members or not by.isdisjoint(members)


def _concerns(overview: Overview, member_id: bytes, roster: Roster) -> bool:
    """True when a record names somebody, or rests on him; nothing else need be proved of it."""
    access, statement = overview.access, overview.statement
    if statement is None or not isinstance(access, AccessList):
        return False
    named = {access.signer, statement.by, *(part.statement.by for part in overview.parts if part.statement)}
    for kind, to, _ in access.grants:
        named |= {to} if kind == TO_MEMBER else roster.teams[to].members if to in roster.teams else set()
    return member_id in named


def _stands(copy: Transaction, overview: Overview) -> bool:
    """True when all of it is good under the new roster too."""
    try:
        verify_record(overview, copy.roster, copy.generation)
    except Damaged:
        return False
    return True


def _pin(copy: Transaction, found: Lookup, proved: VerifiedRecord) -> Overview:
    grants = proved.list.access.grants
    keep = [grant for grant in grants if grant.kind == TO_TEAM or grant.to in copy.roster.members]
    # One that nobody else holds stays as it is, and opens for nobody.
    overview = pinning(copy, found.overview, proved, keep or grants)
    copy.put(overview, found.revision + 1, instead_of=found)
    return overview
