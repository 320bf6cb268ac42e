"""`nexcred share`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns, Yes
from nexcred.cli.input.chosen import choose_or_refuse, show_plan
from nexcred.cli.render.guest_line import tell_left_out
from nexcred.cli.render.member import completed_by, names_of
from nexcred.errors import MissingField, Problem, UsageError
from nexcred.model.credential import Credential
from nexcred.model.text import make_visible
from nexcred.services.credentials.patterns import Selection
from nexcred.services.vaults.guest_line import line_for
from nexcred.services.vaults.members import find_member
from nexcred.services.vaults.share import complete, completers, share
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.roster import GUEST
from nexcred.vault.vault import Vault
from nexcred.wire.sharing import SharedShape, shared_shape

EXAMPLES = (
    "nexcred share aventri 'prod-*' --with bob --with ci",
    "nexcred share aventri --with bob --read       # bob can use it, but not change it",
    "nexcred share --complete                      # finish what others have shared",
)


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    to: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="MEMBER", help="A member: a name or fingerprint from nexcred member list."),
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
    members = [find_member(context.vault, name) for name in to or ()]
    context.vault.require_writable()
    show_plan(context, selected, f"Share them with {names_of(members)}?", doing="sharing several", yes=yes)
    affected = share(context.vault, selected.credentials, members, read_only=read)
    for credential, newcomers in affected if not json else ():
        context.streams.line(make_visible(_said(context.vault, credential, newcomers)))
    if json:
        context.streams.json([_shape(context.vault, credential, newcomers) for credential, newcomers in affected])
    if not affected:
        context.streams.note(f"held by {names_of(members)} already: nothing changed")
    for member in members if affected else ():
        _tell_guest(context, member)


def _said(vault: Vault, credential: Credential, newcomers: Sequence[MemberInfo]) -> str:
    """Say what was done: who holds no key to a credential lists others for it, and those who hold one seal it."""
    able = completers(vault, credential, newcomers)
    if able is None:
        return f"shared {credential.name} with {names_of(newcomers)}"
    return f"listed {names_of(newcomers)} for {credential.name}, not sealed yet: {completed_by(able)}"


def _shape(vault: Vault, credential: Credential, newcomers: Sequence[MemberInfo]) -> SharedShape:
    is_sealed = completers(vault, credential, newcomers) is None
    return shared_shape(credential, [member.full_name for member in newcomers], sealed=is_sealed)


def _complete(context: Context, chosen: Selection | None, *, json: bool) -> None:
    completed = complete(context.vault, None if chosen is None else chosen.credentials)
    if json:
        context.streams.json([shared_shape(credential, (), sealed=True) for credential in completed])
    for credential in completed if not json else ():
        context.streams.line(make_visible(f"completed {credential.name}"))
    if not completed:
        context.streams.note("nothing is waiting for you")


def _tell_guest(context: Context, member: MemberInfo) -> None:
    if member.role != GUEST:
        return
    context.streams.note(
        f"{make_visible(member.full_name)} opens it where it is remembered, or with this line in NEXCRED_CHECKPOINT:"
    )
    line = line_for(context.vault, member)
    context.streams.note(write_checkpoint(line.checkpoint))
    tell_left_out(context, line)


def _refuse_missing(is_named: bool, to: list[str] | None) -> None:
    problems = []
    if not is_named:
        problems.append(Problem("PATTERN", "is required"))
    if not to:
        problems.append(Problem("--with", "is required", "--with MEMBER"))
    if problems:
        said = " and ".join(problem.field for problem in problems)
        raise MissingField(f"share needs {said}", hint="see: nexcred share --help", problems=tuple(problems))
