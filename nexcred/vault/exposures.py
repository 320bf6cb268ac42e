"""Who knows a secret who should not, or no longer: kept in the policy of a record by the change that makes it so.

An exposure follows the secret and not the number of its revision: a value that is set back is exposed again, whoever
sets it back and however.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from nexcred.errors import Damaged, InvalidData, NotPermitted, Tampered
from nexcred.model.lifecycle import NO_POLICY, Exposure, ExposureReason, Policy
from nexcred.model.secret import Secret
from nexcred.vault.access_list import TO_TEAM, AccessList
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.history import past_before_gap
from nexcred.vault.overview import Overview
from nexcred.vault.policy import proved_policy, with_policy
from nexcred.vault.record import POLICY
from nexcred.vault.statements import hash_statement
from nexcred.vault.transaction import Transaction


def could_not_be_noted(names: Iterable[str]) -> str:
    """Tell of records in which there was no room for who knows them."""
    listed = ", ".join(f"'{name}'" for name in dict.fromkeys(names))
    return f"who knows {listed} could not be noted there: change the values at their provider"


def expose(
    copy: Transaction,
    overview: Overview,
    proved: VerifiedRecord,
    lost: Collection[bytes],
    known: Collection[bytes] = (),
    *,
    distrusted: Collection[bytes] = (),
    told: Iterable[Exposure] = (),
    history: Transaction | None = None,
) -> Overview:
    """Return the overview with an exposure of the proved revision for each of these members; nothing stops that.

    `lost` held it until now, and know those former secrets too that they held and that may still work; `known` were
    taken off before, and know it still. What `distrusted` ones signed as its policy is taken for nothing but its
    exposures. `told` are others that are known of the record, at this revision or a later one; `history` has its past,
    where the change itself has not. Where there is no room, the record is among `copy.unnoted`.
    """
    before = _policy_of(overview, proved, distrusted)
    policy = before._replace(exposures=each_once((*before.exposures, *as_of(told, proved.statement.revision))))
    added = [_exposure(copy, one, proved.statement.revision) for one in (*lost, *known)]
    added += _of_former(copy, history or copy, overview, policy, lost)
    again = {one.hex() for one in lost}
    new = [one for one in added if not any(_says(there, one, again) for there in policy.exposures)]
    after = policy._replace(exposures=(*policy.exposures, *new))
    return overview if after == before else with_what_fits(copy, overview, proved, after)


def _of_former(
    copy: Transaction, history: Transaction, overview: Overview, policy: Policy, lost: Collection[bytes]
) -> Iterator[Exposure]:
    """Yield an exposure for each former secret that is known to live and that one of them held, by its list."""
    living = {one.revision for one in policy.superseded}
    for _, then in past_before_gap(history.state, history.fetch, overview) if living else ():
        if then.version in living:
            yield from (_exposure(copy, one, then.version) for one in lost if _held(one.hex(), then))


def _exposure(copy: Transaction, who: bytes, revision: int) -> Exposure:
    """Return what is to be kept of a member who knows a revision and does not hold it, or not any more."""
    why: ExposureReason = "unshared" if who in copy.roster.members else "left"
    return Exposure(revision, why, copy.now, who.hex(), copy.roster.name_of(who), by=copy.me.hex())


def _says(there: Exposure, new: Exposure, again: Collection[str]) -> bool:
    """True for an exposure that says the same already.

    One that was cleared does not where they held it `again` since, or where they cleared it themselves.
    """
    if (there.who, there.revision) != (new.who, new.revision):
        return False
    return not there.is_cleared or not (new.who in again or there.cleared_by == new.who)


def hold_again(copy: Transaction, overview: Overview, proved: VerifiedRecord, holders: Collection[bytes]) -> Overview:
    """Return the overview with its present revision exposed to nobody who holds it now: they may know it again."""
    policy = _policy_of(overview, proved, ())
    held = {one.hex() for one in holders}
    again = {one for one in policy.exposed if one.who in held and one.revision == proved.statement.revision}
    if not again:
        return overview
    exposures = (
        one._replace(cleared_at=copy.now, cleared_by=copy.me.hex(), cleared_reason="shared again")
        if one in again
        else one
        for one in policy.exposures
    )
    return with_what_fits(copy, overview, proved, policy._replace(exposures=tuple(exposures)))


def _policy_of(overview: Overview, proved: VerifiedRecord, distrusted: Collection[bytes]) -> Policy:
    """Return the proved policy, none where it cannot be read: whoever signed that one could have ended it as well."""
    statement = proved.parts.get(POLICY)
    try:
        policy = proved_policy(overview, proved)
    except Tampered:
        return NO_POLICY
    if statement is not None and statement.by in distrusted:
        return Policy(exposures=policy.exposures)
    return policy


def follow(
    copy: Transaction,
    new: Overview,
    old: Overview,
    proved: VerifiedRecord,
    secrets: Mapping[int, frozenset[Secret]],
    past: Sequence[Overview],
) -> Overview:
    """Return an overview with new values, its exposures at the newest revision that has the secret that is exposed.

    `secrets` are those of the new and the former revision, `old` the overview of the former one; those of `past` ones
    are opened, as far as this identity may.
    """
    try:
        policy = proved_policy(old, proved)
    except Tampered:
        return new
    if all(one.is_cleared for one in policy.exposures):
        return new
    by_revision = {**_secrets_of(copy, past), **secrets}
    newest = {found: revision for revision, found in sorted(by_revision.items()) if found}
    is_kept = secrets[new.version] == secrets[old.version]

    def moved(one: Exposure) -> Exposure:
        to = newest.get(by_revision.get(one.revision, frozenset()), one.revision)
        if one.is_cleared or to == one.revision:
            return one
        if to != new.version or is_kept:
            return one._replace(revision=to)
        return one._replace(revision=to, why="restored", at=copy.now, by=copy.me.hex())

    holders = {one.hex() for one in proved.list.holders()}
    back = [] if is_kept else [one for one in past if by_revision.get(one.version) == secrets[new.version]]
    told = [
        one._replace(revision=new.version, why="restored", at=copy.now, by=copy.me.hex())
        for one in policy.exposures
        if not one.is_cleared and one.who not in holders and any(_held_then(one, then) for then in back)
    ]
    exposures = each_once((*map(moved, policy.exposures), *told))
    return with_what_fits(copy, new, proved, policy._replace(exposures=exposures))


def _held_then(exposure: Exposure, then: Overview) -> bool:
    """True for who held an earlier revision too."""
    return bool(exposure.who) and exposure.revision > then.version and _held(exposure.who, then)


def _held(who: str, then: Overview) -> bool:
    """True where the list of a revision names somebody, or a team, of which nobody knows any more who was in it."""
    if not isinstance(then.access, AccessList):
        return False
    return any(kind == TO_TEAM or to.hex() == who for kind, to, _ in then.access.grants)


def _secrets_of(copy: Transaction, past: Sequence[Overview]) -> dict[int, frozenset[Secret]]:
    found = {}
    for one in past:
        with suppress(Damaged, NotPermitted):
            found[one.version] = copy.state.open_past_details(copy.fetch(one.details), one, one.changed_by).secrets
    return found


def as_of(exposures: Iterable[Exposure], revision: int) -> Iterator[Exposure]:
    """Yield exposures as they are when this revision is the present one again, and later numbers are others' to come.

    Whoever knows a later one may have held this one too.
    """
    return (one._replace(revision=min(one.revision, revision)) for one in exposures)


def each_once(exposures: Iterable[Exposure]) -> tuple[Exposure, ...]:
    """Return them, of what counts of one person and revision the first."""
    found: dict[object, Exposure] = {}
    for one in exposures:
        key = one if one.is_cleared or not one.who else (one.who, one.revision)
        found.setdefault(key, one)
    return tuple(found.values())


def with_what_fits(copy: Transaction, overview: Overview, proved: VerifiedRecord | None, policy: Policy) -> Overview:
    """Return the overview with the policy, and without what counts no more where it is too large.

    Where that has no room either, the policy stays as it was, and the record is among `copy.unnoted`.
    """
    for some in (policy, policy._replace(exposures=policy.exposed)):
        with suppress(InvalidData):
            return _pinned(copy, with_policy(copy, overview, proved, some))
    copy.unnoted.append(overview.name)
    return overview


def _pinned(copy: Transaction, overview: Overview) -> Overview:
    """Let a list that this change made pin the policy that it made too: or a member puts the one before it back."""
    access = overview.access
    assert isinstance(access, AccessList)
    statement = next((one.statement for one in overview.parts if one.statement and one.statement.part == POLICY), None)
    if statement is None or not copy.has_signed(access):
        return overview
    pins = (*access.pins[:-1], hash_statement(statement, copy.vault_id, overview.record_id))
    new = access._replace(pins=pins)
    signed = new._replace(signature=copy.author.signing.sign(new.message(copy.vault_id)))
    return overview._replace(access=copy.note_list(signed))
