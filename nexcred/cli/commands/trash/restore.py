"""`nexcred trash restore`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, Yes
from nexcred.cli.prompt.confirm import plan, require_yes
from nexcred.errors import UsageError
from nexcred.model.credential import Credential
from nexcred.model.moments import ago
from nexcred.model.name import fold_name, is_pattern
from nexcred.model.text import make_visible
from nexcred.services.credentials.trash import choose_to_restore, find_removed, take_all_out, take_out
from nexcred.vault.trash import Removed
from nexcred.wire.credential import credential_shape

EXAMPLES = (
    "nexcred trash restore aventri",
    "nexcred trash restore aventri --as aventri-old      # its name is taken by now",
    "nexcred trash restore 'prod-*'                      # all of them, or none",
)


def command(
    ctx: typer.Context,
    patterns: Annotated[
        list[str],
        typer.Argument(metavar="PATTERN", help="What was removed: names, patterns, or ids in nexcred trash list."),
    ],
    new: Annotated[str | None, typer.Option("--as", metavar="NEW", help="Bring one back by another name.")] = None,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    if len(patterns) == 1 and not is_pattern(patterns[0]):
        removed = find_removed(context.vault, patterns[0])
        restored = [take_out(context.vault, removed, new)]
        _note(context, [removed], restored, as_json=json)
        if json:
            context.streams.json(credential_shape(restored[0]))
        return
    if new is not None:
        raise UsageError("--as is for one credential", hint="restore them one by one")
    found = choose_to_restore(context.vault, patterns)
    if any(is_pattern(one) for one in patterns) and len(found) > 1 and not yes:
        told = [f"{one.credential.name}, removed {ago(one.removed_at, context.now())}" for one in found]
        require_yes(
            context, plan(told), "Restore them all?", doing="restoring several", declined="nothing was restored"
        )
    restored = take_all_out(context.vault, found)
    _note(context, found, restored, as_json=json)
    if json:
        context.streams.json([credential_shape(one) for one in restored])


def _note(context: Context, removed: list[Removed], restored: list[Credential], *, as_json: bool) -> None:
    context.note_use("trash restore", restored)
    for one, credential in zip(removed, restored, strict=True):
        was = one.credential.name
        renamed = "" if fold_name(was) == fold_name(credential.name) else f" as {credential.name}"
        if not as_json:
            context.streams.line(make_visible(f"restored {was}{renamed}"))
