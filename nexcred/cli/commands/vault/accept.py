"""`nexcred vault accept`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.services.vaults.checkpoints import accept
from nexcred.vault.checkpoint import read_checkpoint
from nexcred.wire.vault_changes import AcceptedShape

EXAMPLES = (
    "nexcred vault checkpoint                        # the owner who restored a backup",
    "nexcred vault accept NEXCRED-CHECK-1…           # everybody whose machine saw later writes",
)


def command(
    ctx: typer.Context,
    line: Annotated[str, typer.Argument(metavar="LINE", help="What nexcred vault checkpoint printed for the owner.")],
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    checkpoint = read_checkpoint(line)
    context.options.accept_rollback = True  # it is looked at first, and compared with the line
    vault = context.vault
    anchor = accept(vault, context.store, context.anchors, checkpoint)
    if context.local_unlock.marks.has(vault.vault_id):  # what it holds may know of more people than the vault has now
        context.local_unlock.keep(vault.identity)
    if json:
        shape: AcceptedShape = {"generation": anchor.generation}
        context.streams.json(shape)
        return
    context.streams.line(f"this machine goes on from write {anchor.generation} of the vault")
