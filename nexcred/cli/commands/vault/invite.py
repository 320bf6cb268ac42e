"""`nexcred vault invite`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.services.vaults.joining import invite
from nexcred.vault.invitation import write_invitation
from nexcred.wire.vault_changes import InvitationShape

EXAMPLES = (
    "nexcred vault invite --vault team      # send the line to who is to join",
    "nexcred vault join NEXCRED-JOIN-1…     # what they run",
)


def command(ctx: typer.Context, json: AsJson = False) -> None:
    context: Context = ctx.obj
    invitation = invite(context.vault, context.named_vault)
    line, seen = write_invitation(invitation), invitation.checkpoint
    if json:
        shape: InvitationShape = {
            "line": line,
            "url": invitation.url,
            "vault_id": seen.vault_id.hex(),
            "generation": seen.generation,
        }
        context.streams.json(shape)
    else:
        context.streams.line(line)
    if context.store.path is not None:
        context.streams.note("the vault is a file of this machine: only who works on it, or has the file, can join")
    context.streams.note("it opens nothing; send it in a way that nobody can change on its way, such as a chat at work")
    context.streams.note("who joins runs: nexcred vault join LINE, and sends you what that prints")
