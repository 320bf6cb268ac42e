"""`nexcred vault adopt`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.prompt.confirm import require_yes
from nexcred.cli.render.adopted import told_of
from nexcred.cli.terminal.progress import Progress
from nexcred.errors import Replaced, UsageError, VaultNotFound
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.model.times import to_rfc3339
from nexcred.services.vaults.adopt import AdoptPlan, Done, Place, carry_out, plan_adopt
from nexcred.services.vaults.opening import refuse_missing
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.exposures import could_not_be_noted
from nexcred.vault.floor import Floor
from nexcred.vault.roster import Seen
from nexcred.wire.adopted import AdoptShape, difference_to_json

EXAMPLES = (
    "nexcred vault adopt 'vault (conflicted copy).db'",
    "nexcred vault adopt other.db --yes --id 3f2a9c0d5e7b41688a1c2d3e4f506172",
)
_DOING = "bringing two copies together"


def command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="Another copy of this vault that was written to.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; needs --id.")] = False,
    vault_id: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="The id that vault status shows, as a check with --yes.")
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if yes and vault_id is None:
        raise UsageError("--yes needs --id as well", hint="see it with: nexcred vault status")
    copy = _copy(context, file)
    place = _place(context)
    with Progress(context.streams, context.terminal, "comparing the copies", 1):
        plan = plan_adopt(place, copy)
    if vault_id is not None and vault_id.lower() != plan.vault_id.hex():
        raise Replaced(f"these are copies of another vault, {plan.vault_id.hex()}")
    told = told_of(plan)
    if plan.is_done:
        done = None
    else:
        if not yes:
            flags = f"--yes --id {vault_id}" if vault_id else "--yes, and --id with the id that vault status shows"
            require_yes(context, told, _question(plan), doing=_DOING, declined="nothing was changed", flags=flags)
        with Progress(context.streams, context.terminal, _DOING, 1) as progress:
            done = carry_out(place, copy, plan, context.now(), progress=progress.show)
        if context.local_unlock.marks.has(plan.vault_id):  # what it holds may know of entries that are not there now
            floor = Floor(done.anchor.roster_length, done.anchor.roster_hash)
            context.local_unlock.keep(place.identity.bind(plan.vault_id, floor))
    if json:
        context.streams.json(_shape(context, plan, done))
        return
    for line in told if yes or done is None else ():  # or it was told with the question
        context.streams.note(make_visible(line))
    _tell(context, plan, done)


def _copy(context: Context, file: str) -> SqliteStore:
    copy = SqliteStore(Path(file).expanduser())
    if not copy.exists():
        raise VaultNotFound(f"there is no copy of the vault at {make_visible(file)}")
    refuse_missing(context.store, context.anchors)
    if context.store.path is not None and copy.path.samefile(context.store.path):
        raise UsageError("this is the vault itself", hint="name the other copy of it")
    return copy


def _place(context: Context) -> Place:
    """Open neither copy yet, but for a vault that this machine has never seen."""
    if context.anchors.read(context.store.location) is None:
        identity = context.vault.identity
    else:
        identity = context.unlock(context.store)
    checkpoint, source = context.workspace.checkpoint, context.source
    known = [] if identity.floor is None else [Seen(identity.floor.roster_length, identity.floor.roster_hash)]
    is_fixed = source is not None and source.kind == "identity"
    fixed = known if is_fixed else []
    if checkpoint is not None:
        fixed = [*fixed, Seen(checkpoint.floor.roster_length, checkpoint.floor.roster_hash)]
    return Place(context.store, identity, context.anchors, known, fixed)


def _question(plan: AdoptPlan) -> str:
    if plan.follows:
        return "Go on with the copy here?" if plan.is_here else "Let the file take the place of the copy here?"
    newest = "the copy here" if plan.is_here else "the file"
    return f"Go on with {newest}, and bring that into it?"


def _tell(context: Context, plan: AdoptPlan, done: Done | None) -> None:
    if done is None:
        said = "the file is the copy here" if plan.is_same else "the copy here has all that is in the file"
        context.streams.line(f"{said}: nothing was changed")
        return
    context.streams.line(f"the vault goes on from write {done.anchor.generation}")
    if done.aside is not None:
        context.streams.note(f"what it was before is kept in {make_visible(str(done.aside))}")
    if done.adopted is not None:
        for name in done.adopted.disputed:
            way = f"nexcred vault settle {shell_word(name)}"
            context.streams.warn(make_visible(f"{shell_word(name)} opens for nobody until it is settled: {way}"))
        if done.adopted.unnoted:
            context.streams.warn(make_visible(could_not_be_noted(done.adopted.unnoted)))
    if not plan.follows:
        context.streams.note(
            "on machines that wrote to the other copy: put this file in the place of theirs, or run there,"
            " with this file: nexcred vault adopt FILE"
        )


def _shape(context: Context, plan: AdoptPlan, done: Done | None) -> AdoptShape:
    anchor = context.anchors.read(context.store.location) if done is None else done.anchor
    assert anchor is not None
    return {
        "vault_id": plan.vault_id.hex(),
        "outcome": "unchanged" if done is None else "followed" if plan.follows else "merged",
        "newest": "here" if plan.is_here else "file",
        "parted_at": to_rfc3339(plan.since),
        "generation": anchor.generation,
        "replaced": None if done is None or done.aside is None else str(done.aside),
        "disputed": [] if done is None or done.adopted is None else list(done.adopted.disputed),
        "differences": [difference_to_json(one, plan) for one in plan.differences],
    }
