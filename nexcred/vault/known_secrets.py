"""What somebody knows who should not, over all records, in the trash too: by their proved policies."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from nexcred.errors import Damaged
from nexcred.model.credential import Credential
from nexcred.model.lifecycle import Exposure, Policy
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.access_list import NOTHING, PINNED, AccessList
from nexcred.vault.overview import Overview
from nexcred.vault.overview_shown import to_credential
from nexcred.vault.overviews import Report, open_named, overview_digests
from nexcred.vault.policy import proved_policy
from nexcred.vault.record import POLICY
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot

if TYPE_CHECKING:
    from nexcred.vault.remembered import Remembered

_PIN = PINNED.index(POLICY)


class KnownSecrets(NamedTuple):
    """A credential, its proved policy, and those exposures in it that are of one person, cleared ones too."""

    credential: Credential
    policy: Policy
    exposures: tuple[Exposure, ...]
    is_removed: bool

    def __repr__(self) -> str:
        return repr_of(self, "credential", "exposures")


def known_secrets(
    state: VerifiedState, snapshot: Snapshot, remembered: "Remembered", who: bytes, report: Report
) -> Iterator[KnownSecrets]:
    """Yield what is known of the member `who`, who may have left, in any order.

    `report` hears of a record whose policy is not proved, or that was left out: nobody knows what it would say.
    """
    if state.roster.is_first_format:
        return
    digests = overview_digests(state, snapshot, report)
    found = [(number, overview) for _, number, overview in open_named(state, snapshot, digests, report)]
    for number, overview in _with_policy(found, state, remembered):
        try:
            proved = state.prove(overview)
            if not state.is_old:
                remembered.refuse_rollback(state, overview, proved)
            policy = proved_policy(overview, proved)
        except Damaged as error:
            report(error.message)
            continue
        exposures = tuple(one for one in policy.exposures if one.who == who.hex())
        if exposures:
            credential = to_credential(overview, number, state.roster, state.me.id)
            yield KnownSecrets(credential, policy, exposures, overview.removed_at is not None)


def _with_policy(
    found: Sequence[tuple[int, Overview]], state: VerifiedState, remembered: "Remembered"
) -> Iterator[tuple[int, Overview]]:
    """Yield those that have a policy, or had one by their list or by what this machine has seen."""
    remembered.read_ahead(overview.record_id for _, overview in found)
    for number, overview in found:
        access = overview.access
        if overview.policy is not None or (isinstance(access, AccessList) and access.pins[_PIN] != NOTHING):
            yield number, overview
        else:
            pin = None if state.is_old else remembered.record_pin(overview.record_id)
            if pin is not None and pin.parts[_PIN - 1][0] != NOTHING:
                yield number, overview
