"""`nexcred vault checkpoint`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.render.guest_line import tell_left_out
from nexcred.errors import Damaged, NexcredError, NotPermitted, Tampered
from nexcred.services.vaults.guest_line import GuestLine, line_for
from nexcred.services.vaults.members import find_member
from nexcred.vault.checkpoint import write_checkpoint

EXAMPLES = (
    "nexcred vault checkpoint                        # for NEXCRED_CHECKPOINT, or vault compare on another machine",
    "nexcred vault checkpoint --for ci",
)


def command(
    ctx: typer.Context,
    guest: Annotated[
        str | None, typer.Option("--for", metavar="GUEST", help="Also say which names this guest opens.")
    ] = None,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    if guest is None:
        context.streams.line(write_checkpoint(vault.checkpoint()))
        return
    line = line_for(vault, find_member(vault, guest))
    context.streams.line(write_checkpoint(line.checkpoint))
    tell_left_out(context, line)
    if line.left_out:
        raise _left_out(line)


def _left_out(line: GuestLine) -> NexcredError:
    """Make one failure of what the line leaves out; what somebody may have moved counts for more."""
    names = ", ".join(f"'{credential.name}'" for credential, _ in line.left_out)
    said = f"the line says nothing of {names}"
    is_damaged = any(isinstance(error, Damaged) for _, error in line.left_out)
    return Tampered(said) if is_damaged else NotPermitted(said)
