"""`nexcred vault accept`."""

from typing import Annotated

import typer

from nexcred.cli.context import Context
from nexcred.services.checkpoints import accept
from nexcred.vault.checkpoint import read_checkpoint

EXAMPLES = (
    "nexcred vault checkpoint                        # the owner, who brought a backup back",
    "nexcred vault accept NEXCRED-CHECK-1…           # everybody whose machine saw later writes",
)


def command(
    ctx: typer.Context,
    line: Annotated[str, typer.Argument(metavar="LINE", help="What nexcred vault checkpoint printed for the owner.")],
) -> None:
    context: Context = ctx.obj
    checkpoint = read_checkpoint(line)
    context.options.accept_rollback = True  # it is looked at first, and compared with the line
    anchor = accept(context.vault, context.store, context.anchors, checkpoint)
    context.streams.line(f"this machine goes on from write {anchor.generation} of the vault")
