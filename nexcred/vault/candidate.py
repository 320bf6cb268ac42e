"""The candidate: values that are kept sealed beside the present ones until they are proved. Part 5 of a record.

Plaintext {"by", "candidate": {"over", "kept_at", "probe", "details", and unless absent "session"}}. What has other
keys beside these is a journal of a rotation, which this version does not know, and leaves as it is.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.disputed import disputed
from nexcred.vault.overview import Overview
from nexcred.vault.plaintext import (
    Json,
    as_named,
    details_from_json,
    details_to_json,
    mapping,
    number,
    probe_from_json,
    probe_to_json,
    read_json,
    text,
    write_json,
)
from nexcred.vault.record import ROTATION
from nexcred.vault.state import VerifiedState

if TYPE_CHECKING:
    from nexcred.vault.transaction import Transaction

_KEYS = {"by", "candidate"}


class Candidate(NamedTuple):
    """`over` is the revision of the values that it is to replace; `probe` what was found of it, or None.

    `session` is what was granted to it on the way.
    """

    details: Details
    over: int
    kept_at: datetime
    probe: ProbeResult | None
    session: Json | None = None

    def __repr__(self) -> str:
        return repr_of(self, "over", "kept_at")


def write_candidate(candidate: Candidate, by: bytes) -> bytes:
    """Write a candidate, with the member id of whoever keeps it."""
    kept: Json = {
        "over": candidate.over,
        "kept_at": to_rfc3339(candidate.kept_at),
        "probe": None if candidate.probe is None else probe_to_json(candidate.probe),
        "details": details_to_json(candidate.details, by),
    }
    if candidate.session:
        kept["session"] = candidate.session
    return write_json({"by": by.hex(), "candidate": kept})


def read_candidate(plaintext: bytes) -> tuple[Candidate, bytes] | None:
    """Return the candidate and the member id that it names as its keeper; None for a journal. Raise Tampered."""
    data = read_json(plaintext)
    if not data.keys() <= _KEYS:
        return None
    try:
        kept = mapping(data["candidate"])
        session = mapping(kept["session"]) if "session" in kept else None
        candidate = Candidate(
            details_from_json(mapping(kept["details"])),
            number(kept["over"]),
            from_rfc3339(text(kept["kept_at"])),
            probe_from_json(kept["probe"]),
            session,
        )
        return candidate, bytes.fromhex(text(data["by"]))
    except (KeyError, TypeError, ValueError):
        raise Tampered("the candidate of a credential does not hold what it should") from None


def open_candidate(state: VerifiedState, record: bytes, overview: Overview) -> Candidate | None:
    """Open the candidate of a proved record; None for a journal. Raise NotPermitted, Disputed, Tampered."""
    statement = state.prove(overview).live_part(ROTATION)
    found = read_candidate(state.open_live_part(record, overview, ROTATION))
    if found is None or statement is None:
        return None
    candidate, by = found
    if by != statement.by:
        signer = state.roster.name_of(statement.by)
        raise disputed(overview.name, f"its candidate names another author than {signer}, who signed it")
    return candidate._replace(details=as_named(candidate.details, by, state.me.id))


def with_candidate(
    copy: "Transaction", overview: Overview, proved: VerifiedRecord, candidate: Candidate | None
) -> Overview:
    """Seal a candidate in place of the present one, or end that one by a statement."""
    from nexcred.vault.sealed_part import with_sealed_part  # reading writes none

    plaintext = None if candidate is None else write_candidate(candidate, copy.me)
    return with_sealed_part(copy, overview, proved, ROTATION, plaintext)


def after_new_values(
    copy: "Transaction", new: Overview, old: Overview, proved: VerifiedRecord, *, only_hosts: bool
) -> Overview:
    """End the candidate, which was to replace other values; where only hosts were allowed it stays, with them.

    Not of somebody who may not write by now: it is signed by who makes this change from then on.
    """
    record, kept = old.record_of(ROTATION), proved.live_part(ROTATION)
    if record is None or kept is None:
        return new
    try:
        candidate = open_candidate(copy.state, copy.fetch(record), old)
    except NotPermitted:
        return new
    except Damaged:  # of which nobody can make anything
        return with_candidate(copy, new, proved, None)
    if candidate is None:
        return new
    if not (only_hosts and proved.list.may_write(kept.by)):
        return with_candidate(copy, new, proved, None)
    allowed = tuple(dict.fromkeys((*candidate.details.allowed_hosts, *new.allowed_hosts)))
    details = candidate.details._replace(allowed_hosts=allowed)
    return with_candidate(copy, new, proved, candidate._replace(details=details, over=new.version))
