"""The steps in the middle: the new key is proved, and takes the place of the old one."""

from datetime import datetime, timedelta

from nexcred.errors import Conflict
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.text import make_visible
from nexcred.probing.outcome import expiry_of
from nexcred.services.rotation.holders import switched_too
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.work import Work, asked
from nexcred.services.values.decoded import decode_candidate
from nexcred.vault.candidate import Candidate
from nexcred.vault.changes import Changes
from nexcred.vault.journal import Journal
from nexcred.vault.rotation_writes import JournalEntry

DEFAULT_GRACE = timedelta(hours=24)


def prove_made(work: Work) -> RotationOutcome | None:
    """Ask with the new key, and with a made-up one; None where it is accepted."""
    refuse_departed(work)
    candidate = work.candidate
    assert candidate is not None
    result = asked(work, work.made())
    if is_enough(work.journal, result):
        work.write(JournalEntry(work.journal._replace(step="proved", hangs=""), candidate._replace(probe=result)))
        return None
    return not_proved(work, result)


def is_enough(journal: Journal, result: ProbeResult) -> bool:
    """True for what is accepted, and for what a person made at a provider of whom nothing can be asked."""
    is_unasked = journal.kind == "by_hand" and result.status is ProbeStatus.UNSUPPORTED
    return result.status is ProbeStatus.ACCEPTED or is_unasked


def not_proved(work: Work, result: ProbeResult) -> RotationOutcome:
    """Say that a new key is not accepted: refused, or not known yet."""
    why = result.detail or result.status.value
    if not result.status.is_refusal:
        return work.hang(f"the new key is not proved yet: {why}")
    hung = work.hang(f"the provider refuses the new key: {why}", work.undo)
    return hung._replace(result="refused")


def switch_to_made(work: Work) -> RotationOutcome | None:
    """Let the new key be the present one; both work from now on, for the grace."""
    refuse_departed(work)
    if not has_old_values(work):
        raise Conflict(
            f"the values of '{make_visible(work.name)}' have changed since its rotation began",
            hint=f"revoke the key that was made for it with: {work.undo}",
        )
    candidate = work.candidate
    assert candidate is not None
    switch(work, work.journal, candidate)
    return None


def switch(work: Work, journal: Journal, candidate: Candidate) -> None:
    """Write the new values in the place of the present ones, and of the same secret in other records.

    Raises Conflict where one of those cannot be changed.
    """
    tools, credential = work.tools, work.credential
    present, now = work.values().details, tools.now()
    allowed = tuple(dict.fromkeys((*candidate.details.allowed_hosts, *present.allowed_hosts)))
    details = candidate.details._replace(allowed_hosts=allowed)
    # What a provider has changed is written in any case: it is known here alone.
    also = switched_too(tools.vault, credential, present, details, may_leave=journal.kind in ("change", "replace"))
    method = decode_candidate(tools.vault, credential, candidate).method
    changes = Changes(
        details=details,
        probe=candidate.probe,
        expires_at=expiry_of(method, details, candidate.probe),
        session=candidate.session,
    )
    switched = journal._replace(
        step="switched",
        old=credential.version,
        new=credential.version + 1,
        switched_at=now,
        grace_until=_grace_until(journal, now, credential.expires_at),
        delivery="owed" if any(tools.deliver(one) for one in (credential, *(other for other, _ in also))) else "none",
        also=tuple(other.id for other, _ in also),
        is_proved=candidate.probe is not None and candidate.probe.status is ProbeStatus.ACCEPTED,
        hangs="",
    )
    work.write_surely(JournalEntry(switched, None, details=changes, also=also))


def prove_present(work: Work) -> RotationOutcome | None:
    """Ask with what was changed at the provider already; None where it is accepted.

    What is refused is changed back where that can be, by whoever is told of it.
    """
    result = asked(work, work.values())
    if result.status is ProbeStatus.ACCEPTED:
        work.write(JournalEntry(work.journal._replace(is_proved=True, hangs=""), None, probe=result))
        return None
    return not_proved(work, result)


def refuse_departed(work: Work) -> None:
    """Raise Conflict for a new key that somebody kept who may not change these values by now.

    Who left would have a say in where the next secret goes.
    """
    vault, kept = work.tools.vault, work.kept
    proved = vault.proved(work.credential)
    if kept is None or proved is None or kept.candidate is None or proved.list.may_write(kept.by):
        return
    who = make_visible(vault.state.roster.name_of(kept.by))
    raise Conflict(
        f"the new key of '{make_visible(work.name)}' was kept by '{who}', who may not change it any more",
        hint=f"revoke it, and rotate anew: {work.undo}",
    )


def has_old_values(work: Work) -> bool:
    """True where nobody has given it other values since the rotation began."""
    if work.credential.version == work.journal.old:
        return True
    return work.values().details.fields == work.values(work.journal.old).details.fields


def _grace_until(journal: Journal, now: datetime, old_end: datetime | None) -> datetime:
    """Return until when both work: never longer than the old one's own life."""
    grace = DEFAULT_GRACE if journal.grace_s is None else timedelta(seconds=journal.grace_s)
    until = now + grace if journal.kind == "add" else now
    return until if old_end is None else max(now, min(until, old_end))
