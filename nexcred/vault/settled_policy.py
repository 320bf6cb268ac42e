"""What a disputed record keeps of its policy when it is settled: the newest one of which something is proved."""

from collections.abc import Iterable, Sequence

from nexcred.errors import Disputed, Tampered
from nexcred.model.lifecycle import NO_POLICY, Policy
from nexcred.vault.access_list import PINNED
from nexcred.vault.authority import VerifiedList, prove_part
from nexcred.vault.exposures import as_of, each_once
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.policy import read_policy
from nexcred.vault.record import POLICY
from nexcred.vault.statements import DetailsStatement, hash_statement
from nexcred.vault.transaction import Transaction

_PLACE = PINNED[1:].index(POLICY)


def policy_to_keep(
    copy: Transaction, chain: Iterable[Overview], lists: Sequence[VerifiedList], details: DetailsStatement
) -> Policy:
    """Return the policy that this machine has seen, or that a list that verifies allows, of the newest overview.

    `chain` has the present overview first; the values that are gone on with are those of `details`.
    """
    for overview in chain:
        part = next((one for one in overview.parts if one.content is not None), None)
        if part is None or part.content is None or not part.has_its_content:
            continue
        if _is_seen(copy, overview, part) or any(_is_good(copy, overview, part, one, details) for one in lists):
            try:
                return _as_of(read_policy(part.content), details.revision)
            except Tampered:
                continue
    return NO_POLICY


def _as_of(policy: Policy, revision: int) -> Policy:
    """Return a policy as it is when this revision is the present one again, and later numbers are others' to come."""
    former = tuple(one for one in policy.former if one.revision <= revision)
    return policy._replace(exposures=each_once(as_of(policy.exposures, revision)), former=former)


def _is_seen(copy: Transaction, overview: Overview, part: RecordPart) -> bool:
    pin = copy.pin_of(overview.record_id)
    assert part.statement is not None
    return pin is not None and pin.parts[_PLACE][0] == hash_statement(part.statement, copy.vault_id, overview.record_id)


def _is_good(
    copy: Transaction, overview: Overview, part: RecordPart, verified: VerifiedList, details: DetailsStatement
) -> bool:
    assert part.statement is not None
    try:
        prove_part(overview.name, part.statement, details, verified, copy.roster, copy.state.checked)
    except Disputed:
        return False
    return True
