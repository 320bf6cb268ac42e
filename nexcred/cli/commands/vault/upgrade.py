"""`nexcred vault upgrade`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import UsageError
from nexcred.model.number_of import number_of
from nexcred.model.text import make_visible
from nexcred.services.vaults.upgrade import plan_upgrade, upgrade
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.vault.roster import GUEST
from nexcred.vault.upgrade import Confirmed, Upgraded, UpgradePlan
from nexcred.vault.vault import Vault
from nexcred.wire.vault_changes import UpgradedShape

EXAMPLES = (
    "nexcred vault upgrade",
    "nexcred vault upgrade --yes",
)


def command(
    ctx: typer.Context,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Do not ask, except about lists that your former keys signed.")
    ] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    if not vault.state.roster.is_first_format:
        context.streams.note("the vault is of version 2 already: nothing to do")
        if json:
            context.streams.json(_shape(vault, None))
        return
    plan = plan_upgrade(vault)
    if not yes:
        question = "Upgrade the vault to version 2?"
        require_yes(context, _told(plan), question, doing="upgrading a vault", declined="nothing was changed")
    confirmed = _confirmed(context, plan)
    with Progress(context.streams, context.terminal, "upgrading", plan.credentials) as progress:
        done = upgrade(vault, confirmed, progress.show)
    if json:
        context.streams.json(_shape(vault, done))
    else:
        context.streams.line(f"the vault is of version 2: {number_of(done.credentials, 'credential')}")
    if done.inherited:
        context.streams.note(
            f"{done.inherited} have values from before the upgrade: each machine asks once whether they are right,"
            " until somebody who may write them confirms it: nexcred trust NAME"
        )
    for name in done.disputed:
        context.streams.warn(
            f"'{name}' opens for nobody until it is settled, since who holds it is not signed by present keys:"
            " nexcred vault settle NAME"
        )
    if json:
        return
    context.streams.note("identities made before the upgrade need this line in NEXCRED_CHECKPOINT on a new machine:")
    context.streams.line(write_checkpoint(vault.checkpoint()))
    for member in vault.members:
        if member.role == GUEST:
            name = make_visible(member.full_name)
            context.streams.note(f"{name}, a guest, needs this one, which says what it opens too:")
            context.streams.note(write_checkpoint(vault.checkpoint(member.id)))


def _shape(vault: Vault, done: Upgraded | None) -> UpgradedShape:
    guests = {one.full_name: write_checkpoint(vault.checkpoint(one.id)) for one in vault.members if one.role == GUEST}
    return {
        "credentials": done.credentials if done else 0,
        "inherited": done.inherited if done else 0,
        "disputed": list(done.disputed) if done else [],
        "checkpoint": write_checkpoint(vault.checkpoint()),
        "guests": guests if done else {},
    }


def _told(plan: UpgradePlan) -> list[str]:
    lines = [f"kept as before: {number_of(plan.credentials, 'credential')}, with history and sessions"]
    if plan.is_inherited:
        lines.append("others could write to this vault: each value is asked about once, before it is used")
    if plan.disputed:
        names = ", ".join(f"'{name}'" for name in plan.disputed)
        lines.append(f"not signed by anybody's present keys, and to be settled afterwards: {names}")
    lines.append("older versions of nexcred can no longer open it; a copy of it as it is now is kept beside it")
    return lines


def _confirmed(context: Context, plan: UpgradePlan) -> list[Confirmed]:
    """Ask about lists that former keys of one's own signed; raise UsageError where nobody can be asked."""
    if not plan.own:
        return []
    if not context.terminal.interactive:
        raise UsageError(
            f"{len(plan.own)} credentials are held by lists that your former keys signed, and only you can say that"
            " they are right",
            hint="run it at a terminal",
        )
    context.prompter.tell("Your former keys signed who holds these; a thief who had them could have done that too:")
    for former in plan.own:
        context.prompter.tell(make_visible(f"  {former.name}: {', '.join(former.recipients) or 'nobody'}"))
    return [former.confirmed for former in plan.own] if context.prompter.confirm("Are all of them right?") else []
