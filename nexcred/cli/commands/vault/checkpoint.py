"""`nexcred vault checkpoint`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.services.vaults.members import find_member
from nexcred.vault.checkpoint import write_checkpoint

EXAMPLES = (
    "nexcred vault checkpoint                        # for NEXCRED_CHECKPOINT, or vault compare on another machine",
    "nexcred vault checkpoint --for ci",
)


def command(
    ctx: typer.Context,
    guest: Annotated[
        str | None, typer.Option("--for", metavar="GUEST", help="Say too which names this guest opens.")
    ] = None,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    who = None if guest is None else find_member(vault, guest).id
    context.streams.line(write_checkpoint(vault.checkpoint(who)))
