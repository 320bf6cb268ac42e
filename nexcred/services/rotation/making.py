"""The first steps of a rotation: a new key is planned, made or taken by the provider, and found again after a crash."""

import os
from datetime import timedelta

from nexcred.errors import Conflict, NexcredError
from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.network.deadline import Deadline
from nexcred.rotating.rotator import CallFailed, LivingKey, Planned, Rotator
from nexcred.services.rotation.holders import refuse_siblings
from nexcred.services.rotation.known_keys import known_here
from nexcred.services.rotation.leases import CALL_S
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.switching import has_old_values, switch
from nexcred.services.rotation.work import Work, asked
from nexcred.vault.candidate import Candidate
from nexcred.vault.journal import Journal, KeyNote, RotationKind
from nexcred.vault.rotation_writes import JournalEntry

_CLOCKS_DIFFER = timedelta(minutes=15)


class Wanted(NamedTuple):
    """How it was asked for: how long both keys work, in seconds, None for what its kind has."""

    grace_s: int | None = None


def begin(work: Work, wanted: Wanted) -> RotationOutcome | None:
    """Plan a rotation, and have the new key made; None where it goes on. Raises Conflict, NotPermitted.

    Where the provider said no, nothing was made, and nothing is left of it.
    """
    refuse_begun(work)
    work.tools.vault.require_writer(work.credential)
    present, engine = work.values().details, work.engine()
    refuse_siblings(work.tools.vault, work.credential, present)
    try:
        planned = engine.plan(Deadline.after(CALL_S))
    except CallFailed as failure:
        return _unchanged(work, engine.kind, failure)
    _refuse_full(work, planned)
    journal = new_journal(work, engine.kind, wanted)._replace(living=_notes(planned.living))
    return create(work, engine, JournalEntry(journal, _planned_candidate(work, present, planned)), planned.old or "")


def refuse_begun(work: Work) -> None:
    """Raise Conflict where one is on its way, or a new value is kept."""
    if work.has_journal:
        raise Conflict(f"'{make_visible(work.name)}' is being rotated already", hint=f"go on with: {work.resume}")
    if work.candidate is not None:
        raise Conflict(
            f"a new value of '{make_visible(work.name)}' is kept until it is proved",
            hint=f"prove it first with: nexcred update {shell_word(work.name)} --retry",
        )


def new_journal(work: Work, kind: RotationKind, wanted: Wanted) -> Journal:
    now = work.tools.now()
    return Journal(os.urandom(16).hex(), 0, kind, "planned", work.credential.version, now, now, grace_s=wanted.grace_s)


def create(work: Work, engine: Rotator, entry: JournalEntry, key: str = "") -> RotationOutcome | None:
    """Have the provider make or take the new key, between two entries; None where it did."""
    assert entry.journal is not None
    kind, candidate = entry.journal.kind, entry.candidate
    fields = candidate.details.fields if candidate is not None else None
    with work.calling("change" if kind == "change" else "create", entry, key) as deadline:
        try:
            made = engine.create(fields, deadline)
        except CallFailed as failure:
            if failure.is_unknown:
                return work.failed(failure)
            work.write_surely(JournalEntry(None))
            return _unchanged(work, kind, failure)
        except NexcredError:
            work.write_surely(JournalEntry(None))
            raise
        before = candidate.details if candidate is not None else work.values().details
        details = before._replace(fields=dict(made))
        work.keep_answer(details)
        take(work, details)
        work.drop_answer()
    return None


def take(work: Work, details: Details) -> None:
    """Write what a provider answered: beside the present values, or in their place where those work no more."""
    journal = work.journal._replace(call=None, hangs="")
    if journal.kind == "add":
        work.write_surely(JournalEntry(journal._replace(step="made"), work.new_candidate(details)))
    else:
        switch(work, journal, work.new_candidate(details))


def found_again(work: Work) -> RotationOutcome | None:
    """Go on where nobody knows whether a key was made; None where that is known now."""
    journal = work.journal
    answer = work.kept_answer() if journal.call is not None else None
    if answer is not None:
        if not has_old_values(work) and asked(work, work.values()).status is ProbeStatus.ACCEPTED:
            return _overtaken(work)
        take(work, answer)
        work.drop_answer()
        return None
    if journal.call is None:
        return create(work, work.engine(), JournalEntry(journal, work.candidate))
    if work.candidate is not None:
        if journal.kind == "add":  # which a second time changes nothing, of a key that is made here
            return create(work, work.engine(), JournalEntry(journal, work.candidate), journal.call.id)
        return _which_holds(work)
    if journal.kind == "add":
        return without_orphans(work) or create(work, work.engine(), JournalEntry(work.journal, None))
    return _after_lost_answer(work)


def _overtaken(work: Work) -> RotationOutcome:
    """Leave the values that somebody gave meanwhile, which work; what was answered is kept as a candidate."""
    answer, told = work.kept_answer(), work.outcome("unchanged", "other values were saved meanwhile, and they work")
    candidate = None if answer is None else work.new_candidate(answer)
    work.write_surely(JournalEntry(None, candidate))
    work.drop_answer()
    return told._replace(mend=f"nexcred update {shell_word(work.name)} --retry")


def without_orphans(work: Work) -> RotationOutcome | None:
    """End keys that were made and of which nobody knows the secret; None where none is left, or none can be listed."""
    engine, journal = work.engine(), work.journal
    before = tuple(LivingKey(one.id, one.created_at) for one in journal.living or ())
    try:
        listed = engine.orphans(before, Deadline.after(CALL_S)) if journal.living is not None else None
        known = known_here(work.tools.vault, listed or ())
        found = [one for one in listed or () if one not in known and _could_be_its(journal, one)]
        if found:
            ids = tuple(one.id for one in found)
            told = tuple(make_visible(f"the provider has a key that nobody knows the secret of: {one}") for one in ids)
            if not work.tools.confirm(told, "Revoke it there?" if len(ids) == 1 else "Revoke them there?"):
                return work.hang(f"nobody knows the secret of {', '.join(ids)}, made meanwhile", left=ids)
        for one in found:
            with work.calling("revoke", JournalEntry(work.journal, None), one.id) as deadline:
                engine.end_orphan(one, deadline)
                work.write_surely(JournalEntry(work.journal._replace(call=None), None))
    except CallFailed as failure:
        return work.failed(failure)
    return None


def _could_be_its(journal: Journal, key: LivingKey) -> bool:
    """True for a key that was made while this rotation was asking for one, and where nobody says when it was made.

    One that was made later may be in use: any member can put back a journal as this machine saw it last.
    """
    if key.created_at is None:
        return True
    call = journal.call
    until = journal.changed_at if call is None else call.at + timedelta(seconds=call.lease_s)
    return journal.began_at - _CLOCKS_DIFFER <= key.created_at <= until + _CLOCKS_DIFFER


def _which_holds(work: Work) -> RotationOutcome | None:
    """Ask with the new and with the old one, of which one is in use: nobody knows whether it was changed."""
    new = asked(work, work.made())
    if new.status is ProbeStatus.ACCEPTED:
        candidate = work.candidate
        assert candidate is not None
        switch(work, work.journal._replace(call=None, hangs=""), candidate._replace(probe=new))
        return None
    old = asked(work, work.values())
    if old.status is ProbeStatus.ACCEPTED:
        return create(work, work.engine(), JournalEntry(work.journal, work.candidate))
    return work.hang(f"neither the old nor the new secret is accepted now: {old.detail or old.status.value}")


def _after_lost_answer(work: Work) -> RotationOutcome | None:
    """Say what became of a key that the provider replaced, whose answer was lost: it is never asked for again."""
    journal, old = work.journal, asked(work, work.values())
    if old.status is ProbeStatus.ACCEPTED:
        told = work.outcome(
            "unchanged", "the provider did not do it: the old key works", f"nexcred rotate {shell_word(work.name)}"
        )
    elif old.status.is_refusal:
        told = work.outcome(
            "hangs",
            "the provider made a new key, its answer was lost, and the old one is refused: a new key has to be made by"
            " hand",
            f"nexcred rotate --by-hand {shell_word(work.name)}",
        )
    else:
        return work.hang(f"nobody knows whether it was replaced, and asking tells nothing: {old.status.value}")
    work.write_surely(JournalEntry(None, probe=old))
    return told._replace(kind=journal.kind)


def _planned_candidate(work: Work, present: Details, planned: Planned) -> Candidate | None:
    if planned.fields is None:
        return None
    return work.new_candidate(present._replace(fields=dict(planned.fields)))


def _refuse_full(work: Work, planned: Planned) -> None:
    living = planned.living or ()
    if planned.most is not None and len(living) >= planned.most:
        ids = make_visible(", ".join(one.id for one in living if one.id != planned.old))
        raise Conflict(
            f"the provider allows {planned.most} keys at once, and '{make_visible(work.name)}' has as many: the others"
            f" are {ids}",
            hint=f"revoke one that nobody uses, on its page: nexcred open {shell_word(work.name)}",
        )


def _notes(living: tuple[LivingKey, ...] | None) -> tuple[KeyNote, ...] | None:
    return None if living is None else tuple(KeyNote(one.id, one.created_at) for one in living)


def _unchanged(work: Work, kind: RotationKind, failure: CallFailed) -> RotationOutcome:
    """Say that nothing was made."""
    again = f"nexcred rotate {shell_word(work.name)}"
    told = work.outcome("unchanged", failure.detail, again)
    return told._replace(kind=kind, exit_code=4 if failure.status.is_refusal else 5)
