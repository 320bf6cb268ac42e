"""Who belongs to a vault: joining, leaving, another role, teams. What takes authority away pins what rested on it."""

from collections.abc import Collection, Iterator
from contextlib import suppress

from nexcred.errors import Damaged, InvalidData, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.access_list import TO_MEMBER, TO_TEAM, AccessList
from nexcred.vault.authority import VerifiedRecord, has_ended
from nexcred.vault.exposures import expose
from nexcred.vault.identity import PublicIdentity
from nexcred.vault.overview import Overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.roster import GUEST, OWNER, Roster
from nexcred.vault.roster_changes import with_member, with_role, without_member
from nexcred.vault.sharing import pinning
from nexcred.vault.signatures import Claim, claims_of
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Everything, Lookup


class Departure(NamedTuple):
    """The credentials that a removed member could read. Nobody else opens `orphaned` ones: enter their values anew.

    `pinned` ones rested on their signatures, and stay as they were; `disputed` ones open for nobody until settled.
    `to_rotate` is what was exposed and does not lie in the trash.
    """

    exposed: tuple[str, ...]
    orphaned: tuple[str, ...]
    pinned: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    to_rotate: tuple[Credential, ...] = ()


def admit(copy: Transaction, public: PublicIdentity, full_name: str, role: str, until_ms: int | None = None) -> None:
    """Let somebody in; raise Conflict, NotPermitted."""
    roster = with_member(copy.roster, copy.author, public, full_name, role, until_ms)
    copy.admit(roster, public.fingerprint)


def dismiss(copy: Transaction, member_id: bytes, *, is_compromised: bool = False) -> Departure:
    """Let somebody read nothing that is written from now on; raise NotPermitted. Nothing in a record can stop it.

    What rested on their signatures is pinned as it stands; not with `is_compromised`, since a thief may have made them.
    """
    if member_id == copy.me:
        raise NotPermitted("you cannot remove yourself from a vault", hint="another owner can: nexcred member list")
    roster = without_member(copy.roster, copy.author, member_id)
    departing = _Departing(copy, roster, (member_id,), pins=not is_compromised)
    with copy.leaving_alone(departing.leaves_alone):
        return departing.go_through(copy.begin_epoch(roster))


def dismiss_ended(copy: Transaction, member_id: bytes) -> bool:
    """Remove a guest that has ended; False unless an owner writes, and own clock and newest head are past its end."""
    member = copy.roster.members.get(member_id)
    if member is None or not has_ended(member, copy.past_ms) or copy.state.me.role != OWNER:
        return False
    dismiss(copy, member_id)
    return True


def change_role(copy: Transaction, member_id: bytes, role: str) -> Departure:
    """Change a member's role; raise NotPermitted. What they may not sign any more is pinned as it stands."""
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
    """Seal the overviews of what a new guest holds to the guest; members open them with the vault key."""
    for found in every.credentials:
        if found.overview.record_id in copy.written:
            continue
        with suppress(Damaged):
            if guest in copy.verified_list(found.overview).holders():
                copy.put(found.overview, found.revision + 1, instead_of=found)


def take_away(copy: Transaction, every: Everything, gone: Collection[bytes]) -> Departure:
    """Pin what rested on the word of these members, with the lists as they were less who left the vault.

    A leaver may have hidden what they know, so all lists are proved then; those who were taken off know the values that
    have not changed since.
    """
    departing = _Departing(copy, copy.roster, gone, pins=True)
    with copy.leaving_alone(departing.leaves_alone):
        return departing.go_through(every)


class _Departing:
    """Goes through the records of a vault for those who may not say what they said any more."""

    def __init__(self, copy: Transaction, roster: Roster, gone: Collection[bytes], *, pins: bool) -> None:
        """Take the roster as it will be."""
        self._leavers = [one for one in gone if one not in roster.members]
        # Another role lets somebody hold what they held.
        self._takes = bool(self._leavers) or roster.teams != copy.state.roster.teams
        self._copy = copy
        self._gone = gone
        self._pins = pins
        self._exposed: list[Lookup] = []
        self._orphaned: list[str] = []
        self._pinned: list[str] = []
        self._disputed: list[str] = []

    def go_through(self, every: Everything) -> Departure:
        concerned = [found for found in (*every.credentials, *every.trash) if self._concerns(found.overview)]
        # First what is done here in any case, while others look at the last.
        concerned.sort(key=lambda found: not self._may_be_theirs(found.overview))
        for found in self._copy.with_work_ahead(concerned, self._claims_of):
            self._leave(found)
        return self._departure()

    def _concerns(self, overview: Overview) -> bool:
        """True for a record that has to be looked at: of who leaves, all."""
        return bool(self._leavers) or any(_concerns(overview, one, self._copy.state.roster) for one in self._gone)

    def _claims_of(self, overview: Overview) -> Iterator[Claim]:
        """Yield the signatures that `_leave` asks for."""
        return claims_of(overview, self._copy.state.roster, with_statements=self._may_be_theirs(overview))

    def leaves_alone(self, overview: Overview) -> bool:
        """True for a record that is proved to be none of theirs, with which `_leave` does nothing."""
        if self._may_be_theirs(overview):
            return False
        try:
            holders = self._copy.list_before(overview).holders()
            self._copy.refuse_older_list(overview)
        except Damaged:
            return False
        return holders.keys().isdisjoint(self._gone)

    def _leave(self, found: Lookup) -> None:
        """Pin a record where it rested on their word, note in it who knows it, and what became of it."""
        copy, overview = self._copy, found.overview
        rests_on_them = self._rests_on_them(overview)
        try:
            proved = self._proved(overview, rests_on_them=rests_on_them)
            before = (copy.list_before(overview) if proved is None else proved.list).holders()
            copy.refuse_older_list(overview)
        except Damaged:
            self._disputed.append(overview.name)  # it was before
            return
        held = [one for one in self._gone if one in before]
        know_it_still = _know_it_still(copy, overview, proved, self._leavers)
        is_good = not rests_on_them or _stands(copy, overview)
        if not is_good and self._pins:
            assert proved is not None
            overview, is_good = _pinned(copy, overview, proved), True
            self._pinned.append(overview.name)
        lost = self._lost(overview, held) if is_good else held
        told = overview
        if lost or know_it_still:
            self._exposed.append(found)
            told = self._with_exposures(overview, proved, lost, know_it_still)
        is_good = is_good or _stands(copy, told)  # where nothing but its policy rested on them
        if not is_good:
            self._disputed.append(overview.name)
            copy.proved.discard(overview.record_id)  # who settles it is not told that this machine has used it
        elif lost and not copy.verified_list(told).holders():
            self._orphaned.append(overview.name)
        if told is not found.overview:
            self._put(found, overview, told, to_members_only=not is_good)

    def _lost(self, overview: Overview, held: Collection[bytes]) -> list[bytes]:
        """Return those who held a record, and hold it no more."""
        after = self._copy.verified_list(overview).holders() if held else {}
        return [one for one in held if one not in after]

    def _proved(self, overview: Overview, *, rests_on_them: bool) -> VerifiedRecord | None:
        """Prove a record that rests on them, or that they may hold until now; None for another one. Raise Damaged."""
        if rests_on_them:
            return self._copy.prove_before(overview)
        if self._may_lose(overview):
            with suppress(Damaged):  # of more than its list: who held it is told all the same
                return self._copy.prove_before(overview)
        return None

    def _with_exposures(
        self, overview: Overview, proved: VerifiedRecord | None, lost: Collection[bytes], know: Collection[bytes]
    ) -> Overview:
        if proved is None:
            self._copy.unnoted.append(overview.name)
            return overview
        return expose(self._copy, overview, proved, lost, know, distrusted=() if self._pins else self._gone)

    def _put(self, found: Lookup, pinned: Overview, told: Overview, *, to_members_only: bool) -> None:
        """Write a record anew; where somebody filled it up to the end, exposures have no room."""
        copy, revision = self._copy, found.revision + 1
        try:
            copy.put(told, revision, instead_of=found, to_members_only=to_members_only)
        except InvalidData:
            copy.unnoted.append(told.name)
            copy.put(pinned, revision, instead_of=found, to_members_only=to_members_only)

    def _may_be_theirs(self, overview: Overview) -> bool:
        return self._rests_on_them(overview) or self._may_lose(overview)

    def _rests_on_them(self, overview: Overview) -> bool:
        """True where more than the list counts."""
        return _rests_on(overview, self._gone) or _were_taken_off(self._copy, overview, self._leavers)

    def _may_lose(self, overview: Overview) -> bool:
        """True where one of them is on the list, of which nothing is proved yet, and need not be from now on."""
        return self._takes and any(_names(overview, one, self._copy.state.roster) for one in self._gone)

    def _departure(self) -> Departure:
        exposed, copy = self._exposed, self._copy
        standing = (one for one in exposed if one.overview.removed_at is None)
        return Departure(
            exposed=tuple(sorted(one.overview.name for one in exposed)),
            orphaned=tuple(sorted(self._orphaned)),
            pinned=tuple(sorted(self._pinned)),
            disputed=tuple(sorted(self._disputed)),
            to_rotate=tuple(to_credential(one.overview, one.revision, copy.roster, copy.me) for one in standing),
        )


def _were_taken_off(copy: Transaction, overview: Overview, members: Collection[bytes]) -> bool:
    """True when one of them held it once, and was taken off."""
    if not members or not copy.state.roster.has_taken_off:
        return False
    return not copy.state.roster.taken_off(overview.record_id, since=0).isdisjoint(members)


def _know_it_still(
    copy: Transaction, overview: Overview, proved: VerifiedRecord | None, members: Collection[bytes]
) -> frozenset[bytes]:
    """Return those who were taken off after the values were written that stand there still."""
    if proved is None or not members:
        return frozenset()
    written = proved.statement if proved.confirmed is None else overview.inherited
    assert written is not None
    return copy.state.roster.taken_off(overview.record_id, since=written.list_version).intersection(members)


def _rests_on(overview: Overview, members: Collection[bytes]) -> bool:
    """True when one of them signed the list, the values or another part."""
    statement = overview.statement
    if overview.access.signer in members or (statement is not None and statement.by in members):
        return True
    return any(part.statement is not None and part.statement.by in members for part in overview.parts)


def _signers(overview: Overview) -> set[bytes]:
    by = {overview.access.signer, *(part.statement.by for part in overview.parts if part.statement is not None)}
    return by if overview.statement is None else by | {overview.statement.by}


def _concerns(overview: Overview, member_id: bytes, roster: Roster) -> bool:
    """True when a record names somebody or rests on their signature; others need not be proved."""
    if overview.statement is None or not isinstance(overview.access, AccessList):
        return False
    return member_id in _signers(overview) or _names(overview, member_id, roster)


def _names(overview: Overview, member_id: bytes, roster: Roster) -> bool:
    """True when the list of a record names somebody, or a team that they are in."""
    access = overview.access
    return isinstance(access, AccessList) and any(
        to == member_id if kind == TO_MEMBER else to in roster.teams and member_id in roster.teams[to].members
        for kind, to, _ in access.grants
    )


def _stands(copy: Transaction, overview: Overview) -> bool:
    """True when all of it is good under the new roster too."""
    try:
        copy.prove_after(overview)
    except Damaged:
        return False
    return True


def _pinned(copy: Transaction, overview: Overview, proved: VerifiedRecord) -> Overview:
    grants = proved.list.access.grants
    keep = [grant for grant in grants if grant.kind == TO_TEAM or grant.to in copy.roster.members]
    # One that nobody else holds stays as it is, and opens for nobody.
    return pinning(copy, overview, proved, keep or grants)
