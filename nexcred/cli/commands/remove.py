"""`nexcred remove`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns, Yes
from nexcred.cli.input.chosen import choose_or_refuse
from nexcred.cli.prompt.confirm import plan, require_yes
from nexcred.cli.render.removal import still_valid, tell_gone
from nexcred.errors import Tampered
from nexcred.model.name import normalise_name
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal, removals_of, remove, remove_unopened
from nexcred.vault.trash import KEPT
from nexcred.wire.sharing import RemovedShape, removed_shape

EXAMPLES = (
    "nexcred remove aventri",
    "nexcred remove aventri 'old-*' --yes      # nexcred trash restore NAME brings one back, for 30 days",
    "nexcred remove --tag test --purge",
)


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    tag: ByTag = None,
    purge: Annotated[
        bool, typer.Option("--purge", help="Remove for good, with the history, instead of into the trash.")
    ] = False,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    try:
        chosen = choose_or_refuse(context, patterns, tag)
    except Tampered as damage:
        if patterns is None or len(patterns) > 1 or tag:
            raise
        _remove_unopened(context, normalise_name(patterns[0]), damage, yes=yes, json=json)
        return
    context.vault.require_writable()
    removals = removals_of(chosen.credentials, None if purge else context.now() + KEPT)
    if not yes:
        _ask(context, removals, for_good=purge)
    remove(context.vault, removals, for_good=purge)
    context.note_gone("remove", (removal.credential for removal in removals))
    if json:
        context.streams.json([removed_shape(removal) for removal in removals])
    if purge:
        tell_gone(context, removals, as_json=json)
    else:
        _tell_kept(context, removals, as_json=json)


def _ask(context: Context, removals: Sequence[Removal], *, for_good: bool) -> None:
    told = [f"{one.credential.name} ({one.title or one.credential.connector}), with its history" for one in removals]
    question = "Remove for good?" if for_good else f"Put into the trash, for {KEPT.days} days?"
    require_yes(context, plan(told), question, doing="removing", declined="nothing was removed")


def _tell_kept(context: Context, removals: Sequence[Removal], *, as_json: bool) -> None:
    for removal in removals:
        if not as_json:
            context.streams.line(make_visible(f"removed {removal.credential.name}"))
        context.streams.note(still_valid(removal))
    name = shell_word(removals[0].credential.name) if len(removals) == 1 else "NAME"
    context.streams.hint(f"for {KEPT.days} days this brings it back: nexcred trash restore {name}")


def _remove_unopened(context: Context, name: str, damage: Tampered, *, yes: bool, json: bool) -> None:
    """Let a damaged record go, of which nothing can be shown."""
    context.vault.require_writable()
    if not yes:
        told = (f"{name}: {damage.message}",)
        require_yes(context, told, "Remove it unseen?", doing="removing", declined="nothing was removed")
    remove_unopened(context.vault, name)
    context.note_use("remove", names=(name,))
    if json:
        gone: RemovedShape = {"name": name, "id": None, "credentials_type": None, "revoke": None, "kept_until": None}
        context.streams.json([gone])
    else:
        context.streams.line(make_visible(f"removed {name}, which could not be opened"))
    context.streams.note("the key that it held still works at its provider: revoke it there")
