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
from nexcred.services.rotation.outcome import exit_code_of

EXAMPLES = (
    "nexcred rotate warehouse                  # a new key now, the old one is ended in 24 hours",
    "nexcred rotate 'etl-*' --grace 0 --yes",
    "nexcred rotate --resume                   # all whose time has come: for a timer",
    "nexcred rotate --undo warehouse",
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
    if resume + undo + dry_run > 1 or (by_hand and (resume or undo)):
        raise UsageError("--resume, --undo, --dry-run and --by-hand are not said together")
    if grace is not None and undo:
        raise UsageError("--undo takes no --grace")
    grace_s = None if grace is None else _grace_s(grace)
    flags = RotateFlags(grace_s, by_hand, plain_password, yes, json)
    if resume and not patterns:
        context.vault.require_writable()
        outcomes = resume_each(context, None, flags)
        if not outcomes and not json:
            context.streams.note("no rotation is on its way")
        tell_outcomes(context, outcomes, as_json=json)
        return exit_code_of(outcomes)
    chosen = choose_or_refuse(context, patterns)
    if undo and len(chosen.credentials) > 1:
        raise UsageError("--undo takes one name", hint="undo them one by one")
    context.vault.require_writable()
    credentials = chosen.credentials
    if dry_run:
        outcomes = plan_each(context, credentials, flags)
    elif resume:
        outcomes = resume_each(context, credentials, flags)
    elif undo:
        outcomes = undo_one(context, credentials[0], flags)
    else:
        show_plan(context, chosen, "Rotate all of them?", doing="rotating several", yes=yes)
        outcomes = rotate_each(context, credentials, flags)
    tell_outcomes(context, outcomes, as_json=json)
    return exit_code_of(outcomes)


def _grace_s(text: str) -> int:
    return 0 if text == "0" else round(parse_span(text, "--grace").total_seconds())
