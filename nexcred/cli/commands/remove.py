"""`nexcred remove`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, ByTag, Patterns, Yes
from nexcred.cli.input.chosen import choose_or_refuse
from nexcred.cli.prompt.confirm import plan, require_yes
from nexcred.cli.render.removal import still_valid, tell_gone
from nexcred.errors import Conflict, NotProved, Tampered
from nexcred.model.name import normalise_name
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.credentials.remove import Removal, removals_of, remove, remove_unopened
from nexcred.vault.trash import KEPT
from nexcred.wire.sharing import RemovedShape, removed_shape

EXAMPLES = (
    "nexcred remove aventri 'old-*' --yes      # nexcred trash restore NAME brings one back, for 30 days",
    "nexcred remove slack --revoke             # revokes its key at Slack first",
    "nexcred remove --tag test --purge",
)


def command(
    ctx: typer.Context,
    patterns: Patterns = None,
    tag: ByTag = None,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="Revoke each key first; what cannot be revoked is kept.")
    ] = False,
    purge: Annotated[
        bool, typer.Option("--purge", help="Remove for good, with the history, instead of into the trash.")
    ] = False,
    yes: Yes = False,
    json: AsJson = False,
) -> int:
    context: Context = ctx.obj
    try:
        chosen = choose_or_refuse(context, patterns, tag)
    except Tampered as damage:
        if patterns is None or len(patterns) > 1 or tag or revoke:
            raise
        _remove_unopened(context, normalise_name(patterns[0]), damage, yes=yes, json=json)
        return 0
    context.vault.require_writable()
    removals = removals_of(chosen.credentials, None if purge else context.now() + KEPT)
    kept = 0
    if revoke:
        removals, kept = _revoked(context, removals, for_good=purge, yes=yes)
    elif not yes:
        _ask(context, removals, for_good=purge)
    if removals:
        remove(context.vault, removals, for_good=purge)
    context.note_gone("remove", (removal.credential for removal in removals))
    if json:
        context.streams.json([removed_shape(removal) for removal in removals])
    if purge:
        tell_gone(context, removals, as_json=json, is_revoked=revoke)
    elif removals:
        _tell_kept(context, removals, as_json=json, is_revoked=revoke)
    return NotProved.exit_code if kept else 0


def _revoked(
    context: Context, removals: Sequence[Removal], *, for_good: bool, yes: bool
) -> tuple[tuple[Removal, ...], int]:
    """Return those whose keys their providers ended, or are about to, and how many are kept since theirs did not."""
    # Which brings what asks.
    from nexcred.cli.dialogs.revoke import confirm_end_of_login, end_before_removal, present_key, told_before

    keys = [present_key(context, removal.credential) for removal in removals]
    if not yes:
        question = (
            "Revoke, and remove for good?" if for_good else f"Revoke, and put into the trash for {KEPT.days} days?"
        )
        told = plan([line for key in keys for line in told_before(key)])
        require_yes(context, told, question, doing="revoking and removing", declined="nothing was revoked or removed")
        for key in keys:
            confirm_end_of_login(context, key)
    ended = []
    for removal, key in zip(removals, keys, strict=True):
        try:
            end_before_removal(context, key, yes=yes)
        except (NotProved, Conflict) as error:
            if len(removals) == 1:
                raise
            name = make_visible(removal.credential.name)
            context.streams.warn(f"'{name}' is kept: {error.message}; {error.hint}")
        else:
            context.note_use("revoke", [removal.credential])
            ended.append(_as_it_is_now(context, removal))
    return tuple(ended), len(removals) - len(ended)


def _as_it_is_now(context: Context, removal: Removal) -> Removal:
    """Return it with what was noted of its key meanwhile."""
    return removal._replace(credential=context.vault.find(removal.credential.name), revoke="")


def _ask(context: Context, removals: Sequence[Removal], *, for_good: bool) -> None:
    told = [f"{one.credential.name} ({one.title or one.credential.connector}), with its history" for one in removals]
    question = "Remove for good?" if for_good else f"Put into the trash, for {KEPT.days} days?"
    require_yes(context, plan(told), question, doing="removing", declined="nothing was removed")


def _tell_kept(context: Context, removals: Sequence[Removal], *, as_json: bool, is_revoked: bool) -> None:
    for removal in removals:
        if not as_json:
            context.streams.line(make_visible(f"removed {removal.credential.name}"))
        if not is_revoked:
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
