"""What is kept beside the present values until others are proved: those, and how far a rotation has come. Part 5.

Plaintext {"by", "candidate": {"over", "kept_at", "probe", "details", and unless absent "session"}, "journal"}, of the
latter two one at least. What has other keys beside these is of a later version, and left as it is; an earlier version
leaves what has a journal.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.errors import Damaged, MadeByNewer, NotPermitted, Tampered
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.model.times import from_rfc3339, to_rfc3339
from nexcred.vault.authority import VerifiedRecord
from nexcred.vault.disputed import disputed
from nexcred.vault.journal import Journal, journal_from_json, journal_to_json
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

_KEYS = {"by", "candidate", "journal"}


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


class KeptBeside(NamedTuple):
    """All that is kept beside the values, by whom, and under which serial number of the part."""

    candidate: Candidate | None = None
    journal: Journal | None = None
    by: bytes = b""
    serial: int = 0

    def __repr__(self) -> str:
        return repr_of(self, "serial")


def write_candidate(candidate: Candidate, by: bytes) -> bytes:
    """Write a candidate, with the member id of whoever keeps it."""
    return write_kept(candidate, None, by)


def write_kept(candidate: Candidate | None, journal: Journal | None, by: bytes) -> bytes:
    """Write what is kept, with the member id of whoever keeps it; there is one of both at least."""
    data: Json = {"by": by.hex()}
    if candidate is not None:
        data["candidate"] = _candidate_to_json(candidate, by)
    if journal is not None:
        data["journal"] = journal_to_json(journal)
    return write_json(data)


def read_kept(plaintext: bytes) -> KeptBeside | None:
    """Return what is kept, by the member id that it names; None for what a later version wrote. Raise Tampered."""
    data = read_json(plaintext)
    if not data.keys() <= _KEYS:
        return None
    try:
        if not data.keys() & {"candidate", "journal"}:
            raise ValueError
        candidate = _candidate_from_json(mapping(data["candidate"])) if "candidate" in data else None
        journal = journal_from_json(mapping(data["journal"])) if "journal" in data else None
        return KeptBeside(candidate, journal, bytes.fromhex(text(data["by"])))
    except (KeyError, TypeError, ValueError):
        raise Tampered("the candidate of a credential does not hold what it should") from None


def _candidate_to_json(candidate: Candidate, by: bytes) -> Json:
    kept: Json = {
        "over": candidate.over,
        "kept_at": to_rfc3339(candidate.kept_at),
        "probe": None if candidate.probe is None else probe_to_json(candidate.probe),
        "details": details_to_json(candidate.details, by),
    }
    if candidate.session:
        kept["session"] = candidate.session
    return kept


def _candidate_from_json(kept: Json) -> Candidate:
    return Candidate(
        details_from_json(mapping(kept["details"])),
        number(kept["over"]),
        from_rfc3339(text(kept["kept_at"])),
        probe_from_json(kept["probe"]),
        mapping(kept["session"]) if "session" in kept else None,
    )


def open_kept(state: VerifiedState, record: bytes, overview: Overview) -> KeptBeside:
    """Open what is kept beside a proved record; raise NotPermitted, Disputed, Tampered, MadeByNewer."""
    statement = state.prove(overview).live_part(ROTATION)
    kept = read_kept(state.open_live_part(record, overview, ROTATION))
    if kept is None or statement is None:
        raise MadeByNewer(
            f"a newer nexcred keeps what this version does not know beside the values of '{overview.name}'",
            hint="update nexcred, then try again",
        )
    if kept.by != statement.by:
        signer = state.roster.name_of(statement.by)
        raise disputed(overview.name, f"its candidate names another author than {signer}, who signed it")
    candidate = kept.candidate
    if candidate is not None:
        candidate = candidate._replace(details=as_named(candidate.details, kept.by, state.me.id))
    return kept._replace(candidate=candidate, serial=statement.serial)


def open_candidate(state: VerifiedState, record: bytes, overview: Overview) -> Candidate | None:
    """Open the candidate of a proved record; None where a rotation decides over it. Raises what `open_kept` does."""
    try:
        kept = open_kept(state, record, overview)
    except MadeByNewer:
        return None
    return kept.candidate if kept.journal is None else None


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
