"""`nexcred vault backup`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.backup import back_up

EXAMPLES = (
    "nexcred vault backup nexcred-monday.db",
    "nexcred vault verify --vault nexcred-monday.db      # prove it",
)


def command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")],
) -> None:
    context: Context = ctx.obj
    written = back_up(context.store, context.anchors, Path(file), accept_rollback=context.options.accept_rollback)
    context.streams.line(
        make_visible(f"wrote {file}: the vault as of write {written.generation}, {written.records} sealed records")
    )
    context.streams.note(
        "it opens like the vault, with today's passphrase too; "
        f"check it with: nexcred vault verify --vault {shell_word(file)}"
    )
