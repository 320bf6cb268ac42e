"""What two copies of a vault have that differs, record by record, and what is to become of each.

What the copy has on which the vault goes on stays. From the other one comes what follows on it along its author's own
statements, and what is new. Who holds a record is never taken over: it is by the list that stands, and where there is
none, by one whose signer may say it still.
"""

from contextlib import suppress
from functools import partial
from typing import Literal, NamedTuple

from nexcred.errors import Damaged, NotPermitted
from nexcred.model.credential import Details
from nexcred.model.name import MAX_CHARACTERS, fold_name
from nexcred.model.secret import repr_of
from nexcred.vault.access_list import TO_MEMBER, AccessGrant, AccessList
from nexcred.vault.authority import VerifiedList, VerifiedRecord, may_sign
from nexcred.vault.branches import Branch, Parted
from nexcred.vault.fetching import fetch
from nexcred.vault.history import past_before_gap
from nexcred.vault.overview import Overview
from nexcred.vault.parted_descriptions import said_otherwise
from nexcred.vault.record import SESSION, read_header
from nexcred.vault.remembered_records import RememberedRecords
from nexcred.vault.restored_lists import Judge, proved_by
from nexcred.vault.roster import Roster
from nexcred.vault.signatures import Claim, is_signed
from nexcred.vault.statements import INHERITED, hash_statement
from nexcred.vault.transaction import Transaction
from nexcred.vault.transaction_tree import Lookup

# What becomes of a record in which the copies differ.
Fate = Literal["added", "newer", "copied", "kept", "left_out"]


class Difference(NamedTuple):
    """A record in which the copies differ. `base` and `other` are what each has, as far as it is proved.

    `name` is what it is called afterwards, `copy` where the values of the other one go that cannot follow.
    """

    fate: Fate
    name: str
    base: Lookup | None
    other: Lookup | None
    why: str = ""
    copy: str = ""
    grants: tuple[AccessGrant, ...] = ()
    proved: VerifiedRecord | None = None
    details: Details | None = None

    def __repr__(self) -> str:
        return repr_of(self, "fate", "name")


class Compared(NamedTuple):
    """All the differences: those of what the other copy has by name, then those of what it has not."""

    differences: tuple[Difference, ...]

    def __repr__(self) -> str:
        return repr_of(self)

    @property
    def brings_nothing(self) -> bool:
        """True when nothing is taken over from the other copy."""
        return not any(one.fate in ("added", "newer", "copied") for one in self.differences)


def stated_of(found: Lookup) -> tuple[int, bytes]:
    """Return the revision of the values and who wrote them, by the statement that is signed; an overview may lie."""
    overview, statement = found.overview, found.overview.statement
    if statement is None or statement.by == INHERITED:
        return overview.version, overview.changed_by
    return statement.revision, statement.by


def compare(parted: Parted, remembered: RememberedRecords, called: str) -> Compared:
    """Say what differs; `called` is what a copy of values is named by that came from the other one."""
    return _Comparison(parted, remembered, called).compared()


class _Comparison:
    def __init__(self, parted: Parted, remembered: RememberedRecords, called: str) -> None:
        self._base, self._other = parted.base, parted.other
        self._since, self._together = parted.since, parted.together
        # What the other copy has otherwise is then how it was before.
        self._is_older = parted.is_contained and parted.since == parted.together
        self._remembered = remembered
        self._called = called
        self._reading = Transaction(self._other.state, self._other.snapshot)
        self._standing = Transaction(self._base.state, self._base.snapshot).everything()
        self._there = self._reading.everything()
        self._names = {fold_name(one.overview.name) for one in self._standing.credentials}

    def compared(self) -> Compared:
        known = {one.overview.record_id: one for one in (*self._standing.credentials, *self._standing.trash)}
        thrown = {one.overview.record_id for one in self._there.trash}
        found: list[Difference] = []
        for one in sorted(self._there.credentials, key=lambda one: fold_name(one.overview.name)):
            standing = known.pop(one.overview.record_id, None)
            difference = self._of_both(standing, one) if standing is not None else self._of_other(one)
            if standing is not None and not self._is_decided(standing, one, difference):
                self._refuse_known_newer(standing)
            found += [] if difference is None else [difference]
        for left in known.values():
            self._refuse_known_newer(left)
            is_known = self._together is not None and left.overview.created_at <= self._together
            is_removed = left.overview.record_id in thrown or is_known
            if is_removed and left.overview.removed_at is None:
                why = "it was removed in the other copy, and stays"
                found.append(Difference("kept", left.overview.name, left, None, why))
        return Compared(tuple(found))

    def _of_other(self, one: Lookup) -> Difference | None:
        name = one.overview.name
        if one.overview.created_at <= self._since:
            return Difference("left_out", name, None, one, "it was removed since")
        proved, why = self._proved(one)
        if proved is None:
            return Difference("left_out", name, None, one, why)
        grants = self._grants_of_new(proved)
        if not any(held.kind == TO_MEMBER and held.to == proved.statement.by for held in grants):
            return Difference("left_out", name, None, one, "whoever wrote it is not among those who would hold it")
        if not self._keys_are_known(one):
            return self._copied(None, one)
        why = self._who_knows(proved, grants)
        return Difference("added", self._free(name), None, one, why, grants=grants, proved=proved)

    def _of_both(self, standing: Lookup, one: Lookup) -> Difference | None:
        stood = proved_by(self._base.state, standing)
        if stood is not None and self._base.is_mine:
            self._remembered.refuse_rollback(self._base.state, standing.overview, stood)
        name = standing.overview.name
        if standing.digest == one.digest:
            return None
        if stood is None or standing.overview.removed_at is not None:
            why = "it is disputed" if stood is None else "it is in the trash of the copy that goes on"
            return Difference("left_out", name, standing, one, why)
        theirs = proved_by(self._other.state, one)
        if theirs is None:
            return Difference("left_out", name, standing, one, "it is disputed in the other copy")
        is_same = theirs.details_hash == stood.details_hash
        if is_same and not _has_newer_session(stood, theirs):
            return _of_lists(stood, standing, one) or self._of_descriptions(standing, one)
        if not is_same and theirs.details_hash in _hashes(self._base, standing):
            return None
        proved, why = self._proved(one, stood.list)
        if proved is None:
            return Difference("left_out", name, standing, one, why)
        follows = is_same or stood.details_hash in _hashes(self._other, one)
        if not follows or not self._keys_are_known(one):
            return self._copied(standing, one)
        grants = _grants_there(stood.list, self._base.state.roster)
        return Difference("newer", name, standing, one, self._who_knows(proved, grants), grants=grants, proved=proved)

    def _of_descriptions(self, standing: Lookup, one: Lookup) -> Difference | None:
        why = "" if self._is_older else said_otherwise(standing.overview, one.overview)
        return Difference("kept", standing.overview.name, standing, one, why) if why else None

    def _proved(self, one: Lookup, standing: VerifiedList | None = None) -> tuple[VerifiedRecord | None, str]:
        """Prove a record of the other copy for the people of this one; return None and why where that fails."""
        proved, present, then = proved_by(self._other.state, one), self._base.state.roster, self._other.state.roster
        if proved is None:
            return None, "it is disputed in the other copy"
        self._refuse_rolled_back(one, proved)
        signer, author = proved.list.access.signer, proved.statement.by
        if not _is_who_it_was(signer, then, present) or not may_sign(proved.list.access, signer, present):
            return None, f"who holds it is signed by {then.name_of(signer)}, who may not say that any more"
        if not _is_authors(proved, present):
            return None, f"its values are not signed by {then.name_of(author)} as one who may write now"
        if standing is not None and not standing.may_write(author):
            return None, f"its values were written by {then.name_of(author)}, who may not change them"
        return proved, ""

    def _refuse_rolled_back(self, one: Lookup, proved: VerifiedRecord) -> None:
        """Raise RolledBack for a record of this machine's own copy that is older than was seen here."""
        if self._other.is_mine:
            self._remembered.refuse_rollback(self._other.state, one.overview, proved)

    def _refuse_known_newer(self, standing: Lookup) -> None:
        """Raise RolledBack where the values that would stay, signed anew, are older than they were seen here.

        The copy is not what this machine saw last, and so may be older; but then what follows is to come from that.
        """
        stood = proved_by(self._base.state, standing)
        if self._base.is_mine or stood is None or standing.overview.removed_at is not None:
            return
        seen = self._remembered.record_pin(standing.overview.record_id)
        if seen is not None and stood.statement.revision < seen.revision:
            self._remembered.refuse_rollback(self._base.state, standing.overview, stood)

    def _is_decided(self, standing: Lookup, one: Lookup, difference: Difference | None) -> bool:
        """True where the newer values come, or both copies are proved to have changed them."""
        if difference is None or difference.fate != "copied":
            return difference is not None and difference.fate == "newer"
        known = [found.statement.revision for found in _known(self._other, one) if found.statement is not None]
        stated = standing.overview.statement
        return stated is not None and min(known, default=stated.revision) <= stated.revision + 1

    def _who_knows(self, proved: VerifiedRecord, grants: tuple[AccessGrant, ...]) -> str:
        """Name those to whom the other copy sealed values that are not shared with them here, or not any more."""
        there = VerifiedList(proved.list.access._replace(grants=grants), self._base.state.roster).holders()
        names = sorted(self._other.state.roster.name_of(one) for one in proved.list.holders() if one not in there)
        return f"{', '.join(names)} may know them, as they held it there" if names else ""

    def _grants_of_new(self, proved: VerifiedRecord) -> tuple[AccessGrant, ...]:
        return tuple(Judge(self._other.state.roster, {}).grants(proved, self._base.state.roster) or ())

    def _copied(self, standing: Lookup | None, one: Lookup) -> Difference | None:
        """Bring the values as a new record of whoever adopts, where they can be opened and are nowhere yet."""
        name = one.overview.name if standing is None else standing.overview.name
        why = "both copies changed its values" if standing is not None else "it was sealed under a key of its own copy"
        details = _opened(self._other, one)
        if details is None:
            told = f"{why}, and the values in the other copy are not shared with you"
            return Difference("left_out", name, standing, one, told)
        if any(_opened(self._base, there) == details for there in self._standing.credentials):
            return None
        copy = self._free(name, is_copy=True)
        return Difference("copied", name, standing, one, why, copy, details=details)

    def _free(self, name: str, *, is_copy: bool = False) -> str:
        """Return a name that nothing has; that of a copy says where it is from."""
        wanted, number = name, 0
        while (is_copy and not number) or fold_name(wanted) in self._names:
            number += 1
            tail = f" ({self._called})" + (f" {number}" if number > 1 else "")
            wanted = name[: MAX_CHARACTERS - len(tail)].rstrip() + tail
        self._names.add(fold_name(wanted))
        return wanted

    def _keys_are_known(self, one: Lookup) -> bool:
        """True when the vault keys that its records were sealed under are the same ones in both copies."""
        there, here = self._other.state.vault_keys, self._base.state.vault_keys
        epochs = {read_header(fetch(self._other.snapshot, name)).epoch for name in one.overview.records}
        return all(there.get(epoch) == here.get(epoch) for epoch in epochs)


def _of_lists(stood: VerifiedRecord, standing: Lookup, one: Lookup) -> Difference | None:
    access, stands = one.overview.access, stood.list.access
    if isinstance(access, AccessList) and access.grants != stands.grants and access.version >= stands.version:
        why = "who holds it differs, and is not taken over"
        return Difference("kept", standing.overview.name, standing, one, why)
    return None


def _has_newer_session(stood: VerifiedRecord, theirs: VerifiedRecord) -> bool:
    """True for tokens that were renewed in the other copy more often: those of now are spent, where they rotate."""
    if SESSION not in theirs.parts:
        return False
    return SESSION not in stood.parts or theirs.parts[SESSION].serial > stood.parts[SESSION].serial


def _is_who_it_was(member_id: bytes, then: Roster, present: Roster) -> bool:
    """True for a present member whose keys are those of then: stolen former keys sign nothing more."""
    before, now = then.members.get(member_id), present.members.get(member_id)
    return before is not None and now is not None and before.public.keys == now.public.keys


def _is_authors(proved: VerifiedRecord, present: Roster) -> bool:
    """True when the author signed with their present keys: a list can pin anything as anybody's."""
    statement = proved.statement
    author = present.members.get(statement.by)
    if author is None:
        return False
    message = statement.message(present.vault_id, proved.list.access.record_id)
    return is_signed(Claim(author, statement.signature, message))


def _grants_there(verified: VerifiedList, roster: Roster) -> tuple[AccessGrant, ...]:
    """Return the grants of a list to those who are still members."""
    grants = verified.access.grants
    return tuple(one for one in grants if one.to in (roster.members if one.kind == TO_MEMBER else roster.teams))


def _hashes(branch: Branch, found: Lookup) -> set[bytes]:
    """Return the hashes of the statements that led to the present values, as far back as they hold together."""
    hashes = set[bytes]()
    for overview in _known(branch, found):
        if overview.statement is not None:
            hashes |= {overview.statement.previous}
            hashes |= set() if overview.inherited is None else {overview.inherited.previous}
            hashes |= {hash_statement(overview.statement, branch.state.place.vault_id, overview.record_id)}
    return hashes


def _known(branch: Branch, found: Lookup) -> tuple[Overview, ...]:
    past = past_before_gap(branch.state, partial(fetch, branch.snapshot), found.overview)
    return (found.overview, *(one for _, one in past))


def _opened(branch: Branch, found: Lookup) -> Details | None:
    with suppress(Damaged, NotPermitted):
        return branch.state.open_details(fetch(branch.snapshot, found.overview.details), found.overview)
    return None
