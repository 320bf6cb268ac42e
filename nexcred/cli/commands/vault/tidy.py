"""`nexcred vault tidy`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.terminal.progress import Progress
from nexcred.model.text import make_visible
from nexcred.vault.store import Tidied
from nexcred.vault.tidying import NOTHING, tidy
from nexcred.wire.vault_changes import TidiedShape

EXAMPLES = (
    "nexcred vault tidy",
    "nexcred vault tidy --json",
)


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    vault = context.vault
    told: list[str] = []
    with Progress(context.streams, context.terminal, "proving", vault.size) as progress:
        done = tidy(vault, progress.show, warn=told.append)
    for fault in told:
        context.streams.warn(make_visible(f"{fault}; what it leads to stays"))
    if json:
        counted = done or NOTHING
        shape: TidiedShape = {"removed": counted.removed, "bytes": counted.bytes, "left": counted.left}
        context.streams.json(shape)
    elif done is None:
        context.streams.line("nothing to tidy: this vault keeps nothing that it does not need")
    else:
        _tell(context, done)


def _tell(context: Context, done: Tidied) -> None:
    context.streams.line(f"deleted {done.removed} objects that nothing needs, of {-(-done.bytes // 1024)} KiB")
    if done.left:
        context.streams.note(
            f"{done.left} more are not needed, and may still be read or are younger than a day: tidy again later"
        )
