"""`nexcred vault settle`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.prompt.confirm import require_yes
from nexcred.errors import UsageError
from nexcred.model.name import normalise_name
from nexcred.model.text import make_visible
from nexcred.services.vaults.recipients import find_member
from nexcred.vault.member_info import MemberInfo
from nexcred.vault.settle import Dispute, SettleChoice, look_into
from nexcred.wire.sharing import SettledShape

EXAMPLES = (
    "nexcred vault settle aventri",
    "nexcred vault settle aventri --with ada --with bob --yes",
)


def command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The disputed credential.")],
    to: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="MEMBER", help="Who holds it from now on; name yourself to stay."),
    ] = None,
    revision: Annotated[
        int | None, typer.Option("--revision", metavar="N", help="Use these values, not the best-proved ones.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault, wanted = context.vault, normalise_name(name)
    vault.require_writable()
    dispute = vault.look(lambda copy: look_into(copy, wanted))
    told = _told(dispute)
    if to is None and not context.terminal.interactive:
        raise UsageError("settling needs to know who holds the credential from now on", hint="name each: --with MEMBER")
    members = [find_member(vault, one) for one in (to if to is not None else _ask(context, told))]
    if not yes:
        question = f"Let {_names(members)} hold it, and nobody else?"
        require_yes(context, told if to is not None else (), question, doing="settling", declined="nothing was changed")
    shown = next((one for one in dispute.candidates if revision in (None, one.overview.version)), None)
    vault.edit(lambda edit: edit.settle(wanted, [member.id for member in members], revision, shown))
    if json:
        shape: SettledShape = {"name": dispute.name, "members": [member.full_name for member in members]}
        context.streams.json(shape)
    else:
        context.streams.line(make_visible(f"settled {dispute.name}: held by {_names(members)}"))
    context.streams.note("check that its values still work with: nexcred probe")


def _told(dispute: Dispute) -> list[str]:
    lines = [dispute.why]
    lines += [_candidate_line(candidate) for candidate in dispute.candidates]
    if not dispute.candidates:
        lines.append("nothing proves any of its values: remove it, and add it again with values from the provider")
    return lines


def _candidate_line(candidate: SettleChoice) -> str:
    details = candidate.details
    which = "the present values" if candidate.is_present else f"revision {candidate.overview.version}"
    if details is None:
        return f"{which}: {candidate.because} (not shared with you, and cannot be shown)"
    hosts = f", hosts {', '.join(details.allowed_hosts)}" if details.allowed_hosts else ""
    public = "".join(f", {name} {value}" for name, value in details.public.items())
    return f"{which}: {candidate.because} (connector {details.connector}{hosts}{public})"


def _ask(context: Context, told: list[str]) -> list[str]:
    for line in told:
        context.prompter.tell(make_visible(line))
    said = context.prompter.text(
        "Who holds it from now on (names, separated by commas)", default=context.vault.me.full_name
    )
    return [name.strip() for name in said.split(",") if name.strip()]


def _names(members: list[MemberInfo]) -> str:
    return ", ".join(member.full_name for member in members)
