"""Rotating credentials one after the other: what is asked before, what is told of each step, and what came of it."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.prompt.prompter import Tone
from nexcred.cli.render.credential import end_stays
from nexcred.cli.render.moments import minute
from nexcred.errors import Interrupted, NexcredError, NotPermitted, UsageError
from nexcred.local.rotation_notes import RotationNotes
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.entered import NOTHING_ENTERED, kept_end
from nexcred.services.proving.prober import Prober
from nexcred.services.rotation.advance import resume, rotate
from nexcred.services.rotation.holders import refuse_siblings
from nexcred.services.rotation.leases import Leases
from nexcred.services.rotation.making import Wanted
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.provider import RotationProvider
from nexcred.services.rotation.switching import DEFAULT_GRACE
from nexcred.services.rotation.undoing import undo
from nexcred.services.rotation.work import Tools, Work
from nexcred.wire.rotation import rotation_shape

_STEPS = {
    "planned": "a new key is asked for",
    "made": "the new key is kept, sealed",
    "proved": "the provider accepts the new key",
    "switched": "the new key is in use",
    "retired": "the old key is revoked at the provider",
}
_UNASKED = "nobody can be asked whether the new key works"


class RotateFlags(NamedTuple):
    """What the flags say; `grace_s` is how long both keys work, None for what is usual.

    `is_plain`: a database that takes no hash is given the password itself.
    """

    grace_s: int | None = None
    by_hand: bool = False
    is_plain: bool = False
    yes: bool = False
    json: bool = False


def rotate_each(
    context: Context, credentials: Sequence[Credential], flags: RotateFlags, *, alone: bool = True
) -> list[RotationOutcome]:
    """Rotate each, as far as it goes; raise what stops a single one, where it is `alone`."""

    def act(work: Work) -> RotationOutcome:
        provider.refuse_needed(work.credential)
        values = work.values()
        wanted = Wanted(flags.grace_s)
        if flags.by_hand or provider.rotator(work.credential, values) is None:
            from nexcred.cli.dialogs.rotate_by_hand import by_hand  # which few need

            return by_hand(context, work, values, wanted)
        _ask_before(context, work, flags)
        return rotate(work, wanted)

    provider, tools = _tools(context, flags._replace(yes=False))
    return _each(credentials, tools, act, alone=alone)


def resume_each(
    context: Context, credentials: Sequence[Credential] | None, flags: RotateFlags
) -> list[RotationOutcome]:
    """Go on with each of these, or with all whose time has come; a new value that is kept is proved and switched to."""
    from nexcred.cli.dialogs.candidate import switch_to_proved
    from nexcred.services.timeouts import DEFAULT_TIMEOUT_S

    _, tools = _tools(context, flags)
    of_all = credentials is None
    begun: list[Credential] = []
    kept: list[Credential] = []
    left: list[RotationOutcome] = []
    for one in context.vault.with_kept() if credentials is None else credentials:
        try:
            found = _kept_of(context, one, of_all=of_all)
        except NexcredError as error:
            if not of_all:
                raise
            left.append(failed(one, error))
            continue
        if found is None:
            continue
        (begun if found.has_journal else kept).append(one)
        if not found.has_journal and found.candidate is None and not of_all:
            hint = f"see its revisions with: nexcred history {shell_word(one.name)}"
            raise UsageError(f"no rotation of '{make_visible(one.name)}' is on its way", hint=hint)
    switch_to_proved(context, kept, DEFAULT_TIMEOUT_S)
    at_once = flags.grace_s == 0 and not of_all

    _, asking = _tools(context, flags._replace(yes=False))

    def act(work: Work) -> RotationOutcome:
        if of_all and work.journal.kind == "by_hand":  # a yes to all does not say that somebody revoked this one
            work.tools = tools._replace(confirm=asking.confirm)
        outcome = resume(work, now_at_once=at_once)
        if of_all or flags.json or outcome.kind != "by_hand" or not context.terminal.interactive:
            return outcome
        from nexcred.cli.dialogs.rotate_by_hand import until_taken

        return until_taken(context, work, outcome)

    return [*left, *_each(begun, tools, act, alone=not of_all)]


def undo_one(context: Context, credential: Credential, flags: RotateFlags) -> list[RotationOutcome]:
    """Go back to the old key; raise UsageError where no rotation is on its way, Conflict where it is ended."""
    return _each([credential], _tools(context, flags)[1], undo)


def plan_each(context: Context, credentials: Sequence[Credential], flags: RotateFlags) -> list[RotationOutcome]:
    """Say what would be done, and ask no provider."""

    def act(work: Work) -> RotationOutcome:
        values = work.values()
        engine = None if flags.by_hand else provider.rotator(work.credential, values)
        kind = "by_hand" if engine is None else engine.kind
        if work.has_journal:
            return work.outcome("planned", "its rotation is on its way already", work.resume)
        also = refuse_siblings(context.vault, work.credential, values.details)
        return work.outcome("planned", _plan_of(kind, flags))._replace(kind=kind, also=tuple(also))

    provider, tools = _tools(context, flags)
    return _each(credentials, tools, act, skips_switched=False)


def tell_outcomes(context: Context, outcomes: Sequence[RotationOutcome], *, as_json: bool) -> None:
    """Say what came of each: on standard output what is well, beside it what is not, and the command that goes on."""
    if as_json:
        context.streams.json([rotation_shape(outcome) for outcome in outcomes])
        return
    for outcome in outcomes:
        until = f" until {minute(outcome.until)}" if outcome.until is not None else ""
        told = f"{outcome.name}: {outcome.result}{until}" + (f": {outcome.why}" if outcome.why else "")
        told += f" (the same for: {', '.join(outcome.also)})" if outcome.also else ""
        if outcome.code:
            context.streams.warn(told)
        else:
            context.streams.line(make_visible(told))
        if outcome.mend and outcome.result != "done":
            way = "back" if outcome.mend.startswith("nexcred rotate --undo") else "on"
            context.streams.hint(f"to go {way}: {outcome.mend}")


def work_on(context: Context, credential: Credential, flags: RotateFlags) -> Work:
    return Work(_tools(context, flags)[1], credential)


def _each(
    credentials: Sequence[Credential],
    tools: Tools,
    act: Callable[[Work], RotationOutcome],
    *,
    alone: bool = True,
    skips_switched: bool = True,
) -> list[RotationOutcome]:
    """Act on one after the other; what got its new key with another one before is done."""
    outcomes: list[RotationOutcome] = []
    for one in credentials:
        if skips_switched and any(one.name in outcome.also for outcome in outcomes):
            continue
        work: Work | None = None
        try:
            with tools.leases.notes.alone(one.id):
                work = Work(tools, one)
                outcomes.append(act(work))
        except (KeyboardInterrupt, EOFError):
            if work is None or not work.has_journal:
                raise
            raise Interrupted("interrupted", hint=f"to go on: {work.resume}") from None
        except NexcredError as error:
            if alone and len(credentials) == 1:
                raise
            outcomes.append(failed(one, error))
    return outcomes


def failed(credential: Credential, error: NexcredError) -> RotationOutcome:
    """Say of one of many that it was not rotated, which keeps no other from it."""
    why = make_visible(error.message)
    return RotationOutcome(credential.name, None, None, "failed", why, error.hint, exit_code=error.exit_code)


def _kept_of(context: Context, credential: Credential, *, of_all: bool) -> Work | None:
    """Return it; None for one of all that is not this identity's to go on with."""
    try:
        context.vault.require_writer(credential)
        return work_on(context, credential, RotateFlags())
    except NotPermitted:
        if of_all:
            return None
        raise


def _is_unasked(context: Context, credential: Credential) -> bool:
    """True where a new key is kept about which no provider can be asked."""
    kept = context.vault.kept(credential)
    probe = kept.candidate.probe if kept is not None and kept.candidate is not None else None
    return probe is not None and probe.status is ProbeStatus.UNSUPPORTED


def _tools(context: Context, flags: RotateFlags) -> tuple[RotationProvider, Tools]:
    from nexcred.cli.actions.after_switch import delivery_of

    vault, _ = context.vault, context.user_settings  # what is wrong with those is told before anything is done
    prober = Prober(context.environment)

    def wait(span: timedelta) -> None:
        if not flags.json and span:
            context.streams.note(f"asking again in {round(span.total_seconds())} s whether the old key is dead")
        time.sleep(span.total_seconds())

    def note(credential: Credential, step: str) -> None:
        context.note_use("rotate", [credential], (step,))
        if not flags.json and step in _STEPS:
            told = _UNASKED if step == "proved" and _is_unasked(context, credential) else _STEPS[step]
            context.streams.note(make_visible(f"{credential.name}: {told}"))
        if step == "switched" and (end := kept_end(credential, NOTHING_ENTERED)) is not None:
            context.streams.warn(f"{make_visible(credential.name)}: {end_stays(credential, end)}")

    def confirm(told: tuple[str, ...], question: str) -> bool:
        if flags.yes or not context.terminal.interactive:
            return flags.yes
        for line in told:
            context.prompter.tell(make_visible(line), Tone.CAREFUL)
        return context.prompter.confirm(question)

    provider = RotationProvider(vault, context.sessions, prober, context.environment, wait, is_plain=flags.is_plain)
    tools = Tools(
        vault=vault,
        leases=Leases(RotationNotes(context.state_folder), vault.vault_id),
        rotator=provider.rotator,
        ask=provider.ask,
        bury=provider.bury,
        deliver=lambda credential: delivery_of(context, credential),
        confirm=confirm,
        note=note,
        now=context.now,
        sleep=time.sleep,
    )
    return provider, tools


def _ask_before(context: Context, work: Work, flags: RotateFlags) -> None:
    """Say what else ends, and ask for a yes where a lost answer loses both keys; raise for a no."""
    from nexcred.connectors.lifecycle import also_ends_in_rotation, outlives_words

    method = work.values().method
    name = make_visible(work.name)
    told = [method.rotate.note] if method.rotate is not None and method.rotate.note else []
    if also := also_ends_in_rotation(method):
        told.append(f"revoking the old key also {also}")
    if outlives := outlives_words(method):
        told.append(f"what was issued with the old key lives on: {outlives}")
    for line in told if not flags.json else ():
        context.streams.note(f"{name}: {line}")
    if method.rotate is None or method.rotate.kind != "replace" or flags.yes:
        return
    lost = (
        f"the provider revokes the old key of '{name}' as it makes the new one: if its answer is lost on the way, both"
        " are lost, and a new key has to be made by hand",
    )
    require_yes(context, lost, "Replace it?", doing="replacing a key", declined="nothing was changed")


def _plan_of(kind: str, flags: RotateFlags) -> str:
    grace = DEFAULT_GRACE if flags.grace_s is None else timedelta(seconds=flags.grace_s)
    hours = grace.total_seconds() / 3600
    return {
        "add": f"a new key is made and proved, both work for {hours:g} h, then the old one is revoked and proved dead",
        "change": "the provider takes a new secret, which is proved; the old one stops working, and is proved dead",
        "replace": "the provider revokes the old key as it makes the new one; a lost answer would lose both",
        "by_hand": "a person makes the new key on the provider's page, and revokes the old one there",
    }[kind]
