"""`nexcred vault backup`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.input.vault_name import refuse_secret
from nexcred.local.vault_names import as_place
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.backup import back_up
from nexcred.wire.vault_changes import BackupShape

EXAMPLES = (
    "nexcred vault backup nexcred-monday.db",
    "nexcred vault verify --vault nexcred-monday.db      # prove it",
)


def command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write; it must not exist yet.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    refuse_secret(file)
    written = back_up(context.store, context.anchors, Path(file), accept_rollback=context.options.accept_rollback)
    if json:
        shape: BackupShape = {"file": file, "generation": written.generation, "records": written.records}
        context.streams.json(shape)
    else:
        told = f"wrote {file}: the vault as of write {written.generation}, {written.records} sealed records"
        context.streams.line(make_visible(told))
    context.streams.note(
        "it opens like the vault, with today's passphrase too; "
        f"check it with: nexcred vault verify --vault {shell_word(as_place(file))}"
    )
