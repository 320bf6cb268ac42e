"""`nexcred vault restore-backup`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.input.vault_name import refuse_secret
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import NotPermitted, Replaced, RolledBack, Tampered, UsageError, VaultNotFound
from nexcred.model.moments import minute
from nexcred.model.number_of import number_of
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.model.times import to_rfc3339
from nexcred.services.values.kept_details import judge_of
from nexcred.services.vaults.backup import BroughtBack, Plan, bring_back, plan_restore
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.checkpoint import Checkpoint, write_checkpoint
from nexcred.vault.exposures import could_not_be_noted
from nexcred.vault.floor import Floor
from nexcred.vault.identity import Identity
from nexcred.vault.roster import Seen
from nexcred.vault.store import shown_place
from nexcred.vault.vault import Vault
from nexcred.wire.vault_changes import RestoredShape

EXAMPLES = (
    "nexcred vault restore-backup nexcred-monday.db",
    "nexcred vault restore-backup nexcred-monday.db --yes",
)

# So many credentials are named for each person.
_MOST_NAMES = 20


def command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A backup of this vault.")],
    over_anchor: Annotated[
        bool,
        typer.Option("--over-anchor", help="Do it even if this machine knows of later changes to the members."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    refuse_secret(file)
    backup = SqliteStore(Path(file))
    if not backup.exists():
        raise VaultNotFound(f"there is no backup at {make_visible(file)}")
    present = _present(context)
    identity = present.identity if present is not None else context.beside(backup).unlock(backup)
    known = _known(context, identity)
    saved = Vault(backup, identity, warn=context.streams.warn, accept_rollback=True)
    with Progress(context.streams, context.terminal, "proving the backup", saved.size) as progress:
        report = saved.verify(progress.show, judge_of(saved))
    for fault in report.faults:
        context.streams.warn(make_visible(f"in the backup, {fault}"))
    if over_anchor and not context.terminal.interactive:
        raise UsageError("--over-anchor needs somebody to say yes", hint="run it at a terminal")
    plan = plan_restore(present, saved, context.store, context.anchors, known=known, over_anchor=over_anchor)
    if not yes or over_anchor:
        question = "Restore the backup as the newest state of the vault?"
        require_yes(context, _told(plan), question, doing="bringing a backup back", declined="nothing was changed")
    done = bring_back(plan, backup, context.store, context.anchors, context.now())
    if not json:
        context.streams.line(f"the vault is as it was at write {saved.generation}, {minute(saved.written_at)}")
    for line in _told(plan) if yes and not over_anchor else ():  # or it was told with the question
        context.streams.note(line)
    line = _tell_rest(context, done, json=json)
    if json:
        context.streams.json(_shape(saved, done, line))
    if not all(map(plan.roster.extends, known)):
        context.streams.warn(
            "identities that know of later changes are refused from now on, this one too; print it again with:"
            " nexcred identity show --secret --accept-rollback"
        )
    if over_anchor and context.local_unlock.marks.has(saved.vault_id):
        # What it holds knows of changes that are undone now, and would refuse the vault.
        context.local_unlock.keep(plan.saved.identity.bind(saved.vault_id, _floor_of(done)))


def _shape(saved: Vault, done: BroughtBack, line: str) -> RestoredShape:
    return {
        "generation": saved.generation,
        "written_at": to_rfc3339(saved.written_at),
        "disputed": list(done.restored.disputed),
        "without_holder": list(done.restored.without_holder),
        "aside": None if done.aside is None else str(done.aside),
        "checkpoint": line,
    }


def _tell_rest(context: Context, done: BroughtBack, *, json: bool) -> str:
    """Say what stays to be done; return the line for other machines."""
    if done.aside is not None:
        context.streams.note(f"what it replaced is kept in {done.aside}")
    for name in done.restored.disputed:
        told = f"'{name}' opens for nobody until it is settled: nexcred vault settle {shell_word(name)}"
        context.streams.warn(make_visible(told))
    for name in done.restored.without_holder:
        context.streams.warn(make_visible(f"'{name}' is no longer held by anybody who belongs to the vault"))
    if done.restored.unnoted:
        context.streams.warn(make_visible(could_not_be_noted(done.restored.unnoted)))
    anchor = done.anchor
    line = write_checkpoint(Checkpoint(anchor.vault_id, anchor.generation, anchor.head_hash, _floor_of(done)))
    if not json:
        context.streams.note("other machines that saw later writes go on with: nexcred vault accept LINE, which is")
        context.streams.line(line)
    return line


def _floor_of(done: BroughtBack) -> Floor:
    """Return the roster that the vault has now, for identities that are kept elsewhere."""
    return Floor(done.anchor.roster_length, done.anchor.roster_hash)


def _known(context: Context, identity: Identity) -> list[Seen]:
    """Return the rosters that this identity and a checkpoint know of, which the backup's may fall behind."""
    checkpoint = context.workspace.checkpoint
    floors = [identity.floor, None if checkpoint is None else checkpoint.floor]
    return [Seen(floor.roster_length, floor.roster_hash) for floor in floors if floor is not None]


def _present(context: Context) -> Vault | None:
    """Open what lies there now; None when nothing does, or nothing that could be built upon."""
    if not context.store.exists():
        return None
    try:
        vault = context.vault
    except (Tampered, RolledBack, Replaced, NotPermitted) as error:  # a member can shut everybody else out
        context.streams.warn(f"what is at {shown_place(context.store)} cannot be used: {error.message}")
        return None
    vault.require_writable()
    return vault


def _told(plan: Plan) -> list[str]:
    """Say what goes back to what."""
    if plan.present is None:
        lines = [f"from the backup of {minute(plan.saved.written_at)}: {number_of(len(plan.again), 'credential')}"]
        people = ", ".join(f"{member.full_name} ({member.role})" for member in plan.roster.members.values())
        lines.append(f"who belongs to it then: {people}")
        if plan.opens_again:
            lines.append("the passphrases and recovery keys of then open it again, also those that were replaced since")
        if plan.roster.moved_to is not None:
            lines.append(f"it moved to {plan.roster.moved_to}, and only reads here until: nexcred vault move --back")
        return lines + _gained(plan)
    lines = [f"{name} goes back from revision {now} to {then}" for name, now, then in plan.older]
    lines += [f"{name} was added since, and will be removed" for name in plan.gone]
    lines += [f"{name} was removed since, and comes back" for name in plan.again]
    if len(plan.present.members) > len(plan.saved.members):
        lines.append("members who came since stay, and hold only what is shared with them again")
    return (lines or ["no value changes; names, tags and probe results may"]) + _gained(plan)


def _gained(plan: Plan) -> list[str]:
    """Name everybody who would hold more than now."""
    lines = []
    for gain in plan.gains:
        more = f" and {len(gain.names) - _MOST_NAMES} more" if len(gain.names) > _MOST_NAMES else ""
        named = ", ".join(gain.names[:_MOST_NAMES]) + more
        lines.append(f"{gain.full_name} would hold what they do not hold now: {named}")
    return lines
