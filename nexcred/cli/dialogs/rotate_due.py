"""Rotating what is due, or exposed, after what has begun already: also by a timer, where nobody can be asked."""

from collections.abc import Iterator, Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.rotate import RotateFlags, failed, resume_each, rotate_each, work_on
from nexcred.cli.input.chosen import show_plan
from nexcred.errors import NexcredError, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.listing import Filter
from nexcred.services.credentials.patterns import choose
from nexcred.services.rotation.by_hand import hand_place
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.vaults.defaults import defaults_of


def rotate_due(context: Context, patterns: Sequence[str], wanted: Filter, flags: RotateFlags) -> list[RotationOutcome]:
    """Go on with all whose time has come, then rotate what the filter takes; what is exposed without a grace.

    By hand only at a terminal, where each is asked about, and never where the provider ends the old key as it makes the
    new one, unless the vault's settings let that be. Who shows what is due is any member; that it was entered by
    somebody who may is proved.
    """
    outcomes = resume_each(context, None, flags)
    chosen = choose(context.vault, patterns, wanted, now=context.now())
    if wanted.is_exposed and flags.grace_s is None:
        flags = flags._replace(grace_s=0)
    if wanted.is_exposed and flags.grace_s == 0:
        outcomes = [_at_once(context, chosen.credentials, outcome, flags) for outcome in outcomes]
    before = {name for outcome in outcomes for name in (outcome.name, *outcome.also)}
    wanted_now = [one for one in chosen.credentials if one.name not in before]
    may, left = _parted(context, wanted_now, flags)
    chosen = chosen._replace(credentials=tuple(may))
    show_plan(context, chosen, "Rotate all of them?", doing="rotating several", yes=flags.yes)
    rotated = rotate_each(context, may, flags, alone=False)
    switched = {name for outcome in rotated for name in outcome.also}
    left = [outcome for outcome in left if outcome.name not in switched]
    return [*outcomes, *rotated, *_by_hand(context, wanted_now, left, flags)]


def _at_once(
    context: Context, credentials: Sequence[Credential], outcome: RotationOutcome, flags: RotateFlags
) -> RotationOutcome:
    """End an old key that is exposed and waits for the end of its grace; return what came of it by now."""
    one = next((one for one in credentials if one.name == outcome.name), None)
    if one is None or (outcome.result, outcome.kind) != ("waiting", "add"):
        return outcome
    try:
        if all(exposure.revision == one.version for exposure in context.vault.policy(one).exposed):
            return outcome
        return resume_each(context, [one], flags)[0]
    except NexcredError as error:
        return failed(one, error)


def _by_hand(
    context: Context, credentials: Sequence[Credential], left: Sequence[RotationOutcome], flags: RotateFlags
) -> Iterator[RotationOutcome]:
    """Ask about each that a person has to do, where one can be asked; yield what came of it."""
    by_name = {one.name: one for one in credentials}
    for outcome in left:
        if outcome.kind == "by_hand" and context.terminal.interactive and not (flags.yes or flags.json):
            context.prompter.tell(make_visible(f"{outcome.name}: {outcome.why}"))
            if context.prompter.confirm("Make its new key by hand now?"):
                yield from rotate_each(context, [by_name[outcome.name]], flags, alone=False)
                continue
        yield outcome


def _parted(
    context: Context, credentials: Sequence[Credential], flags: RotateFlags
) -> tuple[list[Credential], list[RotationOutcome]]:
    """Return what may be rotated, and what becomes of the others; what is not this identity's to change is left out."""
    in_place = defaults_of(context.vault).rotate_in_place
    may: list[Credential] = []
    left: list[RotationOutcome] = []
    for one in credentials:
        try:
            found = _why_not(context, one, flags, in_place=in_place)
        except NotPermitted:
            continue
        except NexcredError as error:
            found = failed(one, error)
        if found is None:
            may.append(one)
        else:
            left.append(found)
    return may, left


def _why_not(context: Context, credential: Credential, flags: RotateFlags, *, in_place: bool) -> RotationOutcome | None:
    """Return why one of many is not rotated; None where it is."""
    context.vault.require_writer(credential)
    context.vault.policy(credential)
    values = work_on(context, credential, flags).values()
    kind = values.method.rotate.kind if values.method.rotate is not None else "by_hand"
    by_itself = f"nexcred rotate {shell_word(credential.name)}"
    if kind == "by_hand":
        place = hand_place(values)
        why = f"its new key is made by hand, at {place.page or place.title}"
        return RotationOutcome(credential.name, "by_hand", None, "hangs", why, by_itself)
    if kind == "replace" and not in_place:
        why = "its provider revokes the old key as it makes the new one, which is done one by one"
        return RotationOutcome(credential.name, "replace", None, "hangs", why, by_itself)
    return None
