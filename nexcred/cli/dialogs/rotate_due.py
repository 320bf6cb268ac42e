"""Rotating what is due, or exposed, after what has begun already: also by a timer, where nobody can be asked."""

from collections.abc import Sequence

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.rotate import RotateFlags, failed, resume_each, rotate_each, work_on
from nexcred.cli.input.chosen import show_plan
from nexcred.errors import NexcredError, NotPermitted
from nexcred.model.credential import Credential
from nexcred.model.shell_word import shell_word
from nexcred.services.credentials.listing import Filter
from nexcred.services.credentials.patterns import choose
from nexcred.services.rotation.by_hand import hand_place
from nexcred.services.rotation.outcome import Outcome
from nexcred.services.vaults.defaults import defaults_of


def rotate_due(context: Context, patterns: Sequence[str], wanted: Filter, flags: RotateFlags) -> list[Outcome]:
    """Go on with all whose time has come, then rotate what the filter takes; what is exposed without a grace.

    Never by hand, and never where the provider ends the old key as it makes the new one, unless the vault's settings
    let that be. Who shows what is due is any member; that it was entered by somebody who may is proved.
    """
    outcomes = resume_each(context, None, flags)
    chosen = choose(context.vault, patterns, wanted, now=context.now())
    before = {outcome.name for outcome in outcomes}
    may, left = _parted(context, [one for one in chosen.credentials if one.name not in before], flags)
    chosen = chosen._replace(credentials=tuple(may))
    show_plan(context, chosen, "Rotate all of them?", doing="rotating several", yes=flags.yes)
    if wanted.is_exposed and flags.grace_s is None:
        flags = flags._replace(grace_s=0)
    rotated = rotate_each(context, may, flags, alone=False)
    return [*outcomes, *left, *rotated]


def _parted(
    context: Context, credentials: Sequence[Credential], flags: RotateFlags
) -> tuple[list[Credential], list[Outcome]]:
    """Return what may be rotated, and what becomes of the others; what is not this identity's to change is left out."""
    in_place = defaults_of(context.vault).rotate_in_place
    may: list[Credential] = []
    left: list[Outcome] = []
    for one in credentials:
        try:
            context.vault.require_writer(one)
            context.vault.policy(one)
            values = work_on(context, one, flags).values()
        except NotPermitted:
            continue
        except NexcredError as error:
            left.append(failed(one, error))
            continue
        kind = values.method.rotate.kind if values.method.rotate is not None else "by_hand"
        by_itself = f"nexcred rotate {shell_word(one.name)}"
        if kind == "by_hand":
            place = hand_place(values)
            at = place.page or place.title
            left.append(Outcome(one.name, "by_hand", None, "hangs", f"its new key is made by hand, at {at}", by_itself))
        elif kind == "replace" and not in_place:
            why = "its provider ends the old key as it makes the new one, which many at once are not rotated by"
            left.append(Outcome(one.name, "replace", None, "hangs", why, by_itself))
        else:
            may.append(one)
    return may, left
