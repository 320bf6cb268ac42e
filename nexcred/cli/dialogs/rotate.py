"""Rotating credentials one after the other: what is asked before, what is told of each step, and what came of it."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.prompt.prompter import Tone
from nexcred.cli.render.credential import end_stays
from nexcred.errors import Interrupted, NexcredError, NotPermitted, UsageError
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.entered import NOTHING_ENTERED, kept_end
from nexcred.services.rotation.advance import resume, rotate
from nexcred.services.rotation.holders import refuse_siblings
from nexcred.services.rotation.making import Wanted
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.provider import RotationProvider
from nexcred.services.rotation.setting_up import RotationPerson, rotation_tools
from nexcred.services.rotation.undoing import undo
from nexcred.services.rotation.words import lost_answer, may_lose_both, outcome_words, plan_of, step_words, told_before
from nexcred.services.rotation.work import Tools, Work
from nexcred.vault.journal import RotationKind
from nexcred.wire.rotation import rotation_shape


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
        told = f"{outcome.name}: {outcome_words(outcome)}"
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


def _tools(context: Context, flags: RotateFlags) -> tuple[RotationProvider, Tools]:
    from nexcred.cli.actions.after_switch import delivery_of

    vault, _ = context.vault, context.user_settings  # what is wrong with those is told before anything is done

    def waits(span: timedelta) -> None:
        if not flags.json and span:
            context.streams.note(f"asking again in {round(span.total_seconds())} s whether the old key is dead")

    def note(credential: Credential, step: str) -> None:
        context.note_use("rotate", [credential], (step,))
        if not flags.json and (told := step_words(vault, credential, step)):
            context.streams.note(make_visible(f"{credential.name}: {told}"))
        if step == "switched" and (end := kept_end(credential, NOTHING_ENTERED)) is not None:
            context.streams.warn(f"{make_visible(credential.name)}: {end_stays(credential, end)}")

    def confirm(told: tuple[str, ...], question: str) -> bool:
        if flags.yes or not context.terminal.interactive:
            return flags.yes
        for line in told:
            context.prompter.tell(make_visible(line), Tone.CAREFUL)
        return context.prompter.confirm(question)

    person = RotationPerson(note, confirm, lambda credential: delivery_of(context, credential), waits)
    return rotation_tools(
        vault, context.sessions, context.environment, context.state_folder, person, is_plain=flags.is_plain
    )


def _ask_before(context: Context, work: Work, flags: RotateFlags) -> None:
    """Say what else ends, and ask for a yes where a lost answer loses both keys; raise for a no."""
    method = work.values().method
    name = make_visible(work.name)
    for line in told_before(method) if not flags.json else ():
        context.streams.note(f"{name}: {line}")
    if flags.yes or not may_lose_both(method):
        return
    lost = (lost_answer(name),)
    require_yes(context, lost, "Replace it?", doing="replacing a key", declined="nothing was changed")


def _plan_of(kind: RotationKind, flags: RotateFlags) -> str:
    return plan_of(kind) if flags.grace_s is None else plan_of(kind, timedelta(seconds=flags.grace_s))
