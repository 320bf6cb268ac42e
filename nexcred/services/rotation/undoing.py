"""Going back: the old key is in use again, and the new one revoked, as long as the old one is not."""

from nexcred.errors import Conflict, UsageError
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.probing.outcome import expiry_of
from nexcred.rotating.rotator import CallFailed
from nexcred.rotating.same_key import is_same_key
from nexcred.services.rotation.holders import key_of, others_with, switched_too
from nexcred.services.rotation.making import found_again, without_orphans
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.retiring import delivered
from nexcred.services.rotation.unfit import Unfit
from nexcred.services.rotation.work import Work, asked
from nexcred.vault.changes import Changes
from nexcred.vault.journal import Journal
from nexcred.vault.rotation_writes import JournalEntry


def undo(work: Work) -> RotationOutcome:
    """Go back, from wherever it has come; raise UsageError where there is nothing, Conflict where it is too late.

    A journal that does not fit is given up, and nothing asked of the provider.
    """
    try:
        return _undo(work)
    except Unfit as unfit:
        told = work.outcome("undone", f"given up, and nothing was revoked: {unfit.message}")
        work.write_surely(JournalEntry(None))
        work.drop_answer()
        return told


def _undo(work: Work) -> RotationOutcome:
    work.tools.vault.require_writer(work.credential)
    if not work.has_journal:
        raise UsageError(
            f"no rotation of '{make_visible(work.name)}' is on its way",
            hint=f"see its revisions with: nexcred history {shell_word(work.name)}",
        )
    work.tools.leases.take(work.credential, work.journal)
    journal = work.journal
    if journal.kind == "replace":
        raise UsageError(
            f"the provider revoked the old key of '{make_visible(work.name)}' when it made the new one: that cannot be"
            " undone",
            hint=f"go on with: {work.resume}",
        )
    if journal.step in ("retired", "dead") and journal.kind != "change":
        raise Conflict(f"the old key of '{make_visible(work.name)}' is revoked", hint=f"go on with: {work.resume}")
    if journal.step == "planned" and journal.kind == "add" and work.candidate is None and not work.kept_answer():
        return without_orphans(work) or _ended(work)
    if journal.step == "planned" and journal.call is not None and journal.kind == "change":
        work.tools.leases.take(work.credential, journal, own_too=True)
        if asked(work, work.values()).status is ProbeStatus.ACCEPTED:
            return _ended(work)
        if (stopped := found_again(work)) is not None:
            return stopped
    elif journal.step == "planned" and work.kept_answer() is not None:
        found_again(work)
    return go_back(work)


def go_back(work: Work) -> RotationOutcome:
    """Undo a rotation of which a new key is there, from its beginning or from where that broke off."""
    journal = work.journal
    if journal.kind == "by_hand":
        return _back_by_hand(work)
    if journal.kind == "change":
        return change_back(work)
    return _back_from_added(work)


def _back_from_added(work: Work) -> RotationOutcome:
    """Switch back first: what is ended then is not the present key."""
    journal, new = work.journal, work.made().details
    if journal.is_undone or journal.step != "switched":
        entry = JournalEntry(journal._replace(is_undone=True), work.candidate)
        old = work.values().details
    else:
        if why := _why_old_is_no_use(work):
            return work.outcome("conflict", why, work.resume)
        entry = _switched_back(work, journal._replace(is_undone=True))
        old = work.values(journal.old).details
    _refuse_in_use(work, old, new, entry)
    engine = work.engine()
    with work.calling("undo", entry) as deadline:
        try:
            engine.undo(old.fields, new.fields, deadline)
        except CallFailed as failure:
            return work.failed(failure)
        return _ended(work)


def _why_old_is_no_use(work: Work) -> str:
    """Say why not to go back to the old key: it may be ended, and then the new one is the only one; "" where it works.

    One that was disabled, and of which no end is on its way, is made good again.
    """
    journal = work.journal
    if journal.call is not None and journal.call.what == "revoke":
        work.tools.leases.take(work.credential, journal, own_too=True)
    elif journal.is_disabled:
        return ""
    result = asked(work, work.values(journal.old))
    if result.status is ProbeStatus.ACCEPTED:
        return ""
    return f"the old key is not accepted any more ({result.status.value}), and the new one stays"


def _refuse_in_use(work: Work, old: Details, new: Details, entry: JournalEntry) -> None:
    """Raise Conflict where the new key is the old one, which stays, or another record has it and keeps it.

    Whoever may write the record may have written anything into its journal.
    """
    if is_same_key(work.values().method, old.fields, new.fields):
        raise Unfit(f"what would be revoked of '{make_visible(work.name)}' is the key in use", work.name)
    switched = {other.id for other, _ in entry.also}
    holders = others_with(work.tools.vault, work.credential, key_of(new, old))
    other = next((one for one, _ in holders if one.id not in switched), None)
    if other is not None:
        raise Conflict(
            f"'{make_visible(other.name)}' has the new key of '{make_visible(work.name)}', which would be revoked",
            hint=f"go on with: {work.resume}",
        )


def change_back(work: Work) -> RotationOutcome:
    """Have the provider take the old secret again, then switch back; asked first which one holds, after a crash."""
    journal = work.journal
    if journal.step == "planned":  # the new one was never taken
        return _ended(work)
    old, new = work.values(journal.old), work.made()
    engine = work.engine()
    _switched_back(work, None)  # before the provider takes back what the vault would not
    was_asked = journal.is_undone and journal.call is not None
    if was_asked and asked(work, old).status is ProbeStatus.ACCEPTED:
        return _ended(work, _switched_back(work, None))
    with work.calling("undo", JournalEntry(journal._replace(is_undone=True), None)) as deadline:
        try:
            engine.undo(old.details.fields, new.details.fields, deadline)
        except CallFailed as failure:
            return work.failed(failure)
        return _ended(work, _switched_back(work, None))


def _back_by_hand(work: Work) -> RotationOutcome:
    """Switch back, once the old key is proved to work still."""
    journal = work.journal
    if journal.step != "switched":
        return _ended(work)
    result = asked(work, work.values(journal.old))
    if result.status.is_refusal:
        return work.outcome("conflict", "the old key is refused: it is revoked already", work.resume)
    return _ended(work, _switched_back(work, None))


def _switched_back(work: Work, journal: Journal | None) -> JournalEntry:
    """Return the entry by which the old values are the present ones again; raise Conflict for others' values."""
    before = work.journal
    if work.credential.version != before.new:
        raise Conflict(
            f"the values of '{make_visible(work.name)}' have changed since they were switched",
            hint=f"go on with: {work.resume}",
        )
    old, new = work.values(before.old), work.values(before.new)
    also = switched_too(work.tools.vault, work.credential, new.details, old.details)
    changes = Changes(details=old.details, expires_at=expiry_of(old.method, old.details, None))
    return JournalEntry(journal, None, details=changes, also=[one for one in also if one[0].id in before.also])


def _ended(work: Work, entry: JournalEntry | None = None) -> RotationOutcome:
    journal, told = work.journal, work.outcome("undone", "the old key is in use")
    work.write_surely(entry or JournalEntry(None))
    work.drop_answer()
    failed = None if journal.delivery == "none" else delivered(work, journal.also)
    if failed:
        told = told._replace(why=f"{told.why}; {failed}", exit_code=5)
    return told._replace(name=work.name)
