"""`nexcred rotate`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Patterns, Yes
from nexcred.cli.dialogs.rotate import (
    RotateFlags,
    plan_each,
    resume_each,
    rotate_each,
    tell_outcomes,
    undo_one,
)
from nexcred.cli.input.chosen import choose_or_refuse, show_plan
from nexcred.cli.input.durations import parse_span
from nexcred.errors import UsageError
from nexcred.services.credentials.listing import Filter
from nexcred.services.credentials.patterns import Selection, choose
from nexcred.services.rotation.outcome import RotationOutcome, exit_code_of

EXAMPLES = (
    "nexcred rotate warehouse                  # a new key now, the old one is revoked in 24 hours",
    "nexcred rotate --due --yes                # what is older than its --rotate-every",
    "nexcred rotate --resume                   # all whose time has come: for a timer",
)


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    grace: Annotated[
        str | None,
        typer.Option("--grace", metavar="24h", help="How long both keys work; 0 for not at all. [default: 24h]"),
    ] = None,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Make the new key yourself, on the provider's page.")
    ] = False,
    due: Annotated[bool, typer.Option("--due", help="Go on with what has begun, then rotate all that is due.")] = False,
    exposed: Annotated[
        bool, typer.Option("--exposed", help="The same for what is exposed; the old keys are revoked at once.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with rotations that have begun.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the old key, while it works.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    plain_password: Annotated[
        bool,
        typer.Option("--plain-password", help="Give a database that takes no hash the password itself."),
    ] = False,
    yes: Yes = False,
    json: AsJson = False,
) -> int:
    context: Context = ctx.obj
    _refuse_together(due=due, exposed=exposed, resume=resume, undo=undo, dry_run=dry_run, by_hand=by_hand)
    if grace is not None and undo:
        raise UsageError("--undo takes no --grace")
    flags = RotateFlags(None if grace is None else _grace_s(grace), by_hand, plain_password, yes, json)
    wanted = Filter(is_due=due, is_exposed=exposed)
    if not dry_run:
        context.vault.require_writable()
    if due or exposed:
        outcomes = _rotate_due(context, patterns or [], wanted, flags, dry_run=dry_run)
    elif resume and not patterns:
        outcomes = resume_each(context, None, flags)
    else:
        hint = "" if undo else "name one, or rotate all that is due with: nexcred rotate --due"
        chosen = choose_or_refuse(context, patterns, hint=hint)
        outcomes = _act(context, chosen, flags, resume=resume, undo=undo, dry_run=dry_run)
    if not outcomes and not json:
        context.streams.note(
            "nothing is due" if due else "nothing is exposed" if exposed else "no rotation is on its way"
        )
    tell_outcomes(context, outcomes, as_json=json)
    return exit_code_of(outcomes)


def _act(
    context: Context, chosen: Selection, flags: RotateFlags, *, resume: bool, undo: bool, dry_run: bool
) -> list[RotationOutcome]:
    if dry_run:
        return plan_each(context, chosen.credentials, flags)
    if undo:
        if len(chosen.credentials) > 1:
            raise UsageError("--undo takes one name", hint="undo them one by one")
        return undo_one(context, chosen.credentials[0], flags)
    if resume:
        return resume_each(context, chosen.credentials, flags)
    show_plan(context, chosen, "Rotate all of them?", doing="rotating several", yes=flags.yes)
    return rotate_each(context, chosen.credentials, flags)


def _rotate_due(
    context: Context, patterns: list[str], wanted: Filter, flags: RotateFlags, *, dry_run: bool
) -> list[RotationOutcome]:
    if dry_run:
        return plan_each(context, choose(context.vault, patterns, wanted, now=context.now()).credentials, flags)
    from nexcred.cli.dialogs.rotate_due import rotate_due

    return rotate_due(context, patterns, wanted, flags)


def _refuse_together(*, due: bool, exposed: bool, resume: bool, undo: bool, dry_run: bool, by_hand: bool) -> None:
    if resume + undo + dry_run > 1 or (by_hand and (resume or undo)):
        raise UsageError("--resume, --undo, --dry-run and --by-hand are not said together")
    if due + exposed > 1 or ((due or exposed) and (resume or undo or by_hand)):
        raise UsageError("--due and --exposed go without each other, --resume, --undo and --by-hand")


def _grace_s(text: str) -> int:
    return 0 if text == "0" else round(parse_span(text, "--grace").total_seconds())
