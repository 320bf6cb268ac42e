"""Decide what happens to unproved new values of a proved credential: keep as candidate, use anyway, or discard."""

from contextlib import suppress
from functools import partial

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.proving import Choices, probe_quietly
from nexcred.cli.prompt.prompter import Choice, Tone
from nexcred.errors import (
    Conflict,
    Damaged,
    NotPermitted,
    NotProved,
    Rejected,
    StoreFailed,
    UnknownConnector,
    UsageError,
)
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.probing.outcome import sentence_for
from nexcred.services.credentials.candidate import (
    drop_candidate,
    keep_candidate,
    prepare_retry,
    would_replace_proof,
)
from nexcred.services.credentials.update import Prepared, probe_update, refusal_of_update, save_update
from nexcred.services.values.kept_candidate import find_candidate

KEEP, FIX, USE, DROP = "keep", "fix", "use", "drop"
_KEEP = Choice(KEEP, "keep the old one for now")
_FIX = Choice(FIX, "fix the new one")
_USE = Choice(USE, "use the new one, not verified")
_DROP = Choice(DROP, "discard the new one")


class Updated(NamedTuple):
    """The change to write and its warnings; `is_kept` if the new values are only kept until they are proved."""

    credential: Credential
    warnings: tuple[str, ...] = ()
    is_kept: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "credential", "is_kept")


def what_becomes_of(
    context: Context, prepared: Prepared, result: ProbeResult | None, choices: Choices, *, was_told: bool = False
) -> str:
    """Return USE for what is proved, or replaces no proof; KEEP for the rest, or what a person says.

    Who `was_told` of the probe gave the values a moment ago, and may fix them.
    """
    if choices.save_unverified or not would_replace_proof(prepared, result):
        return USE
    if not context.terminal.interactive:
        return KEEP
    assert prepared.values is not None
    assert result is not None
    prompter = context.prompter
    if not was_told:
        prompter.tell(sentence_for(result, prepared.values.connector.title), Tone.CAREFUL)
    prompter.tell("The old one is proved. The new one can be kept sealed beside it until it is, too.", Tone.QUIET)
    options = (_KEEP, *((_FIX,) if was_told else ()), _USE, _DROP)
    return prompter.choose("What now?", options, KEEP)


def carry_out(context: Context, prepared: Prepared, result: ProbeResult | None, what: str) -> Updated:
    """Keep the new values, use or discard them; raise NotProved when they are discarded."""
    credential = prepared.credential
    if what == USE or prepared.values is None:
        return Updated(save_update(context.vault, prepared, result, save_unverified=True))
    assert result is not None
    said = sentence_for(result, prepared.values.connector.title)
    if what == DROP:
        raise NotProved(f"not saved: {said}")
    kept = keep_candidate(context.vault, prepared, result, context.now())
    return Updated(kept, (kept_warning(credential, said),), is_kept=True)


def kept_warning(credential: Credential, said: str) -> str:
    """Say what is in use, and what proves what is not."""
    name = make_visible(credential.name)
    retry = f"nexcred update {shell_word(credential.name)} --retry"
    return f"not proved: {said}; '{name}' keeps the old value, and the new one sealed until it is proved by: {retry}"


def retry(context: Context, credential: Credential, choices: Choices) -> Updated:
    """Prove what is kept and switch to it; what is refused is dropped. Raises UsageError, Conflict, Rejected."""
    prepared = prepare_retry(context.vault, credential)
    new = prepared.values
    assert new is not None
    result = None
    if choices.probe:
        prepared, result = probe_quietly(context, new.connector, partial(probe_update, prepared))
    refusal = None if choices.save_unverified else refusal_of_update(prepared, result)
    if refusal is not None:
        drop_candidate(context.vault, credential)
        told = f"{refusal.message}; the new value is dropped, and the old one stays in use"
        raise Rejected(told, hint=f"give it another value with: nexcred update {shell_word(credential.name)}")
    what = USE if result is None else what_becomes_of(context, prepared, result, choices)
    if what == DROP:
        return Updated(drop_candidate(context.vault, credential))
    return carry_out(context, prepared, result, what)


def switch_to_proved(context: Context, credentials: list[Credential], timeout_s: float) -> list[Credential]:
    """Try what is kept beside the values of each, and switch to what is accepted; what is not, is told and stays."""
    return [_switched(context, one, timeout_s) if _has_candidate(context, one) else one for one in credentials]


def _has_candidate(context: Context, credential: Credential) -> bool:
    with suppress(Damaged):  # which whoever probes it tells
        return find_candidate(context.vault, credential) is not None
    return False


def _switched(context: Context, credential: Credential, timeout_s: float) -> Credential:
    name = make_visible(credential.name)
    try:
        prepared = prepare_retry(context.vault, credential)
        assert prepared.values is not None
        title, ask = prepared.values.connector.title, partial(probe_update, prepared, timeout_s=timeout_s)
        prepared, result = probe_quietly(context, prepared.values.connector, ask)
        if result is not None and result.status is ProbeStatus.ACCEPTED:
            saved = save_update(context.vault, prepared, result)
            context.streams.note(f"'{name}' now uses the new value that was kept: {sentence_for(result, title)}")
            return saved
        why = "somebody has to log in with it" if result is None else sentence_for(result, title)
    except NotPermitted:  # a reader, who can only look
        return credential
    except (Conflict, UsageError, UnknownConnector, Damaged, StoreFailed) as error:
        why = error.message
    context.streams.warn(f"a new value of '{name}' is kept, but not proved yet: {why}")
    return credential
