"""`nexcred vault checkpoint`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.cli.render.guest_line import tell_left_out
from nexcred.errors import Damaged, NexcredError, NotPermitted, Tampered
from nexcred.services.vaults.guest_line import GuestLine, line_for
from nexcred.services.vaults.recipients import find_member
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.wire.vault_changes import CheckpointShape

EXAMPLES = (
    "nexcred vault checkpoint                        # for NEXCRED_CHECKPOINT, or vault compare on another machine",
    "nexcred vault checkpoint --for ci",
)


def command(
    ctx: typer.Context,
    guest: Annotated[
        str | None, typer.Option("--for", metavar="GUEST", help="Also say which names this guest opens.")
    ] = None,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    if guest is None:
        _print(context, write_checkpoint(vault.checkpoint()), None, json=json)
        return
    line = line_for(vault, find_member(vault, guest))
    _print(context, write_checkpoint(line.checkpoint), line, guest=guest, json=json)
    tell_left_out(context, line)
    if line.left_out:
        raise _left_out(line)


def _print(context: Context, text: str, line: GuestLine | None, *, guest: str | None = None, json: bool) -> None:
    if not json:
        context.streams.line(text)
        return
    left_out = [credential.name for credential, _ in line.left_out] if line else []
    shape: CheckpointShape = {"checkpoint": text, "guest": guest, "left_out": left_out}
    context.streams.json(shape)


def _left_out(line: GuestLine) -> NexcredError:
    """Make one failure of what the line leaves out; what somebody may have moved counts for more."""
    names = ", ".join(f"'{credential.name}'" for credential, _ in line.left_out)
    said = f"the line says nothing of {names}"
    is_damaged = any(isinstance(error, Damaged) for _, error in line.left_out)
    return Tampered(said) if is_damaged else NotPermitted(said)
