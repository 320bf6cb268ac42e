"""Taking a rotation as far as it goes now: each step leads to the next, and a crash after any of them to the same."""

from nexcred.connectors.guidance import revoke_for
from nexcred.errors import ChangedMeanwhile
from nexcred.services.rotation.making import Wanted, begin, found_again
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.retiring import bury, deliver, retire
from nexcred.services.rotation.switching import prove_made, prove_present, switch_to_made
from nexcred.services.rotation.undoing import change_back, go_back
from nexcred.services.rotation.work import Work
from nexcred.vault.rotation_writes import JournalEntry


def rotate(work: Work, wanted: Wanted) -> RotationOutcome:
    """Begin a rotation and take it as far as it goes; raise Conflict, NotPermitted, UsageError and their kin."""
    return begin(work, wanted) or advance(work)


def resume(work: Work, *, now_at_once: bool = False) -> RotationOutcome:
    """Go on with a rotation that this machine or another one began; raise Conflict while that one may be calling."""
    work.tools.vault.require_writer(work.credential)
    work.tools.leases.take(work.credential, work.journal)
    return advance(work, now_at_once=now_at_once)


def advance(work: Work, *, now_at_once: bool = False) -> RotationOutcome:
    """Take each step that can be taken now."""
    while True:
        try:
            outcome = _step(work, now_at_once=now_at_once)
        except ChangedMeanwhile as error:
            return work.outcome("conflict", error.message, work.resume)
        if outcome is not None:
            return outcome


def _step(work: Work, *, now_at_once: bool) -> RotationOutcome | None:
    journal = work.journal
    if journal.is_undone:
        return go_back(work)
    match journal.step:
        case "planned":
            return found_again(work)
        case "made":
            return prove_made(work)
        case "proved":
            return switch_to_made(work)
        case "switched":
            return _after_switch(work, now_at_once=now_at_once)
        case "retired" | "dead":
            return bury(work)


def _after_switch(work: Work, *, now_at_once: bool) -> RotationOutcome | None:
    journal = work.journal
    if journal.kind in ("change", "replace") and not journal.is_proved:
        return _proved_or_back(work)
    if journal.delivery == "owed":
        return deliver(work)
    if journal.kind == "by_hand":
        return _revoked_by_hand(work)
    if journal.kind == "add":
        return retire(work, now_at_once=now_at_once)
    work.write(JournalEntry(journal._replace(step="retired")))
    return None


def _proved_or_back(work: Work) -> RotationOutcome | None:
    """Prove what the provider has taken; change it back where it is refused after all."""
    outcome = prove_present(work)
    if outcome is None or outcome.result != "refused" or work.journal.kind != "change":
        return outcome
    back = change_back(work)
    return back._replace(result="refused", why=f"{outcome.why}; {back.why}") if back.result == "undone" else back


def _revoked_by_hand(work: Work) -> RotationOutcome | None:
    values = work.values()
    where = revoke_for(values.connector, values.method)
    told = (f"The old key still works until it is revoked {where or 'at the provider'}.",)
    if not work.tools.confirm(told, "Have you revoked the old one there?"):
        return work.outcome("waiting", "until you have revoked the old key", work.resume)
    work.write(JournalEntry(work.journal._replace(step="retired"), None))
    return None
