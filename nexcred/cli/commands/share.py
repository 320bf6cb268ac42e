"""`nexcred share`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns, Yes
from nexcred.cli.input.chosen import choose_or_refuse, show_plan
from nexcred.cli.render.guest_line import tell_guests
from nexcred.cli.render.member import completed_by, names_of, recipients_text
from nexcred.errors import MissingField, Problem, UsageError
from nexcred.model.text import make_visible
from nexcred.services.credentials.patterns import Selection
from nexcred.services.vaults.recipients import Recipients, find_recipients
from nexcred.services.vaults.share import Affected, complete, completers, share
from nexcred.vault.vault import Vault
from nexcred.wire.sharing import SharedShape, shared_shape

EXAMPLES = (
    "nexcred share aventri 'prod-*' --with bob --with ci",
    "nexcred share aventri --with data --read      # everybody in the team can use it, but not change it",
    "nexcred share --complete                      # finish what others have shared",
)


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="WHO", help="A member, by name or fingerprint, or a team: data or team:data."),
    ] = None,
    read: Annotated[bool, typer.Option("--read", help="Let them read the values, not change them.")] = False,
    complete_: Annotated[
        bool, typer.Option("--complete", help="Seal what you hold to members it is shared with who have no key yet.")
    ] = False,
    tag: ByTag = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    is_named = bool(patterns or tag)
    if complete_:
        if to or read:
            raise UsageError("--complete seals to those it is shared with already, and goes with no --with or --read")
        chosen = choose_or_refuse(context, patterns, tag) if is_named else None
        if chosen is not None:
            show_plan(context, chosen, "Seal them anew?", doing="completing several", yes=yes)
        _complete(context, chosen, json=json)
        return
    _refuse_missing(is_named, to)
    selected = choose_or_refuse(context, patterns, tag)
    recipients = find_recipients(context.vault, to or ())
    context.vault.require_writable()
    told = recipients_text(recipients)
    show_plan(context, selected, f"Share them with {told}?", doing="sharing several", yes=yes)
    affected = share(context.vault, selected.credentials, recipients, read_only=read)
    if json:
        context.streams.json([_shape(context.vault, one) for one in affected])
    for one in affected if not json else ():
        context.streams.line(make_visible(_said(context.vault, one)))
    if not affected:
        context.streams.note(make_visible(f"held by {told} already: nothing changed"))
    if read:
        _tell_who_writes(context, affected)
    tell_guests(context, [person for one in affected for person in one.people])


def _said(vault: Vault, one: Affected) -> str:
    """Say what was done: who holds no key to a credential lists others for it, and those who hold one seal it."""
    name, told = one.credential.name, recipients_text(one.named)
    able = completers(vault, one.credential, one.named.people)
    if able is None:
        return f"shared {name} with {told}"
    return f"listed {told} for {name}, not sealed yet: {completed_by(able)}"


def _shape(vault: Vault, one: Affected) -> SharedShape:
    is_sealed = completers(vault, one.credential, one.named.people) is None
    return shared_shape(one.credential, one.named, sealed=is_sealed)


def _tell_who_writes(context: Context, affected: Sequence[Affected]) -> None:
    """Say of whom only reading was said and who may write all the same, by a team or named alone."""
    for one in affected:
        writers = [writer for writer in one.writers if writer.id.hex() != context.vault.me.id]
        if writers:
            told = f"{names_of(writers)} may change {one.credential.name} all the same"
            context.streams.note(make_visible(f"{told}: it is shared with them in another way too"))


def _complete(context: Context, chosen: Selection | None, *, json: bool) -> None:
    completed = complete(context.vault, None if chosen is None else chosen.credentials)
    if json:
        context.streams.json([shared_shape(credential, Recipients(), sealed=True) for credential in completed])
    for credential in completed if not json else ():
        context.streams.line(make_visible(f"completed {credential.name}"))
    if not completed:
        context.streams.note("nothing is waiting for you")


def _refuse_missing(is_named: bool, to: list[str] | None) -> None:
    problems = []
    if not is_named:
        problems.append(Problem("PATTERN", "is required"))
    if not to:
        problems.append(Problem("--with", "is required", "--with WHO"))
    if problems:
        said = " and ".join(problem.field for problem in problems)
        raise MissingField(f"share needs {said}", hint="see: nexcred share --help", problems=tuple(problems))
