"""The last steps: the old key is revoked at its provider, when nobody uses it any more, and proved dead."""

from collections.abc import Sequence
from datetime import timedelta

from nexcred.connectors.guidance import revoke_for
from nexcred.errors import RevisionNotFound
from nexcred.model.probe import ProbeStatus
from nexcred.model.text import make_visible
from nexcred.model.times import to_rfc3339
from nexcred.network.deadline import Deadline
from nexcred.rotating.rotator import CallFailed, Rotator
from nexcred.rotating.same_key import is_same_key
from nexcred.services.rotation.holders import holds_key, key_of, others_with, switched_with
from nexcred.services.rotation.leases import CALL_S
from nexcred.services.rotation.logins import refuse_strangers
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.work import Work
from nexcred.services.values.decoded import Decoded
from nexcred.vault.rotation_writes import JournalEntry

# How long an old key has to be quiet after it was used, where both worked for no time.
_LEAST_QUIET = timedelta(hours=1)


def deliver(work: Work) -> RotationOutcome | None:
    """Run the user's own command with the new key, before the old one is ended; None where it succeeded."""
    failed = delivered(work, work.journal.also)
    if failed is None:
        return work.hang("its command of [after.switch] is set on another machine, and has not succeeded yet")
    if failed:
        return work.hang(f"{failed}; the old key is not revoked")
    work.write(JournalEntry(work.journal._replace(delivery="done", hangs=""), None))
    return None


def delivered(work: Work, also: Sequence[str]) -> str | None:
    """Run the commands for the credential, and for those that were switched with it, by their ids.

    Returns why the first of them failed, "" where none did, None where there is none.
    """
    switched = (work.credential, *switched_with(work.tools.vault, also))
    runs = [(one.name, run) for one in switched if (run := work.tools.deliver(one)) is not None]
    for name, run in runs:
        if failed := run():
            return f"the command of [after.switch] for '{make_visible(name)}' failed: {make_visible(failed)}"
    return "" if runs else None


def retire(work: Work, *, now_at_once: bool = False) -> RotationOutcome | None:
    """Have the provider end the old key, once its grace is over and nobody uses it; None where it did.

    Never the key that is present, or that another record of this vault has: what is there is read anew before.
    """
    journal = work.journal
    until = journal.grace_until
    if until is not None and work.tools.now() < until and not now_at_once:
        return work.outcome("waiting", "both keys work until then", work.resume, until=until)
    work.read()
    try:
        old, new = work.values(journal.old), work.values(journal.new)
    except RevisionNotFound as error:
        return work.hang(f"{error.message}: the old key has to be revoked by hand")
    if held := held_by(work, old, new):
        return work.outcome("conflict", f"the old key is not revoked: {held} uses it", work.resume)
    present = work.values()
    if (old.connector.name, old.method.name) != (present.connector.name, present.method.name):
        return work.hang("the present values are of another kind of login: the old key has to be revoked by hand")
    refuse_strangers(work.tools.vault, work.credential, journal.old)
    engine = work.engine()
    try:
        used = None if now_at_once else _used(work, engine, old)
    except CallFailed as failure:
        return work.hang(f"when the old key was last used is not known: {failure.detail}")
    return used or _end(work, engine, old, present)


def held_by(work: Work, old: Decoded, new: Decoded) -> str:
    """Return who holds the old key still, "" for nobody."""
    key, present = key_of(old.details, new.details), work.values()
    if (
        not key
        or holds_key(present.details, key)
        or is_same_key(present.method, old.details.fields, present.details.fields)
    ):
        return f"'{make_visible(work.name)}' itself"
    others = others_with(work.tools.vault, work.credential, key)
    return f"'{make_visible(others[0][0].name)}'" if others else ""


def bury(work: Work) -> RotationOutcome | None:
    """Ask with the old key until it is dead; where that is not proved, say so."""
    journal = work.journal
    try:
        old = work.values(journal.old)
    except RevisionNotFound as error:
        return work.hang(f"{error.message}: nobody can ask whether it is dead")
    burial = work.tools.bury(work.credential, journal.old, old)
    if not burial.is_dead:
        return work.hang(burial.why or "the old key is revoked, and not proved dead yet", until=burial.until)
    told = work.outcome("done", burial.why or "the old key is refused")
    work.write(JournalEntry(None))
    return told._replace(name=work.name, step="dead")


def _used(work: Work, engine: Rotator, old: Decoded) -> RotationOutcome | None:
    """Wait for a whole grace after a use since the switch; None where there was none that is news."""
    journal, now = work.journal, work.tools.now()
    used = engine.last_used(old.details.fields, Deadline.after(CALL_S))
    if used is None or journal.switched_at is None or used <= journal.switched_at or used == journal.used_at:
        return None
    until = now + max(timedelta(seconds=journal.grace_s or 0), _LEAST_QUIET)
    work.write(JournalEntry(journal._replace(used_at=used, grace_until=until), None))
    return work.hang(
        f"the old key was used after the switch, last at {to_rfc3339(used)}: somebody has it still",
        f"{work.resume} --grace 0   # revokes it all the same",
        until=until,
    )


def _end(work: Work, engine: Rotator, old: Decoded, present: Decoded) -> RotationOutcome | None:
    was_disabled = work.journal.is_disabled
    with work.calling("revoke", JournalEntry(work.journal, None)) as deadline:
        try:
            ended = engine.end(old.details.fields, present.details.fields, deadline)
        except CallFailed as failure:
            return _not_permitted(work, old, failure) if _is_forbidden(failure) else work.failed(failure)
        journal = work.journal._replace(call=None, hangs="")
        is_half = ended == "disabled" and not was_disabled
        work.write_surely(
            JournalEntry(journal._replace(is_disabled=True) if is_half else journal._replace(step="retired"))
        )
    return None


def _is_forbidden(failure: CallFailed) -> bool:
    return failure.status is ProbeStatus.FORBIDDEN and not failure.is_unknown


def _not_permitted(work: Work, old: Decoded, failure: CallFailed) -> RotationOutcome | None:
    """Say where a person ends a key that nobody may end by a call; None where that is done."""
    told = work.failed(failure)
    if work.tools.ask(old).status.is_refusal:
        work.write_surely(JournalEntry(work.journal._replace(step="retired", hangs="")))
        return None
    where = revoke_for(old.connector, old.method) or "at the provider"
    return told._replace(why=f"{failure.detail}: the old key has to be revoked by hand, {where}")
