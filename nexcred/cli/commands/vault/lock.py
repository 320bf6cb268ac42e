"""`nexcred vault lock`."""

from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson
from nexcred.errors import Conflict, NexcredError
from nexcred.oskeyring.failure import KeyringUnavailable
from nexcred.services.vaults.opening import refuse_missing, vault_id_of
from nexcred.unlock import kernel_keyring
from nexcred.unlock.slots import slots_at
from nexcred.wire.vault_changes import LockedShape

EXAMPLES = (
    "nexcred vault lock",
    "nexcred vault lock --keyring      # remove its key from the OS keyring too",
)


def command(
    ctx: typer.Context,
    keyring: Annotated[bool, typer.Option("--keyring", help="Also remove the key from the OS keyring.")] = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault_id = vault_id_of(context.store, context.anchors)
    was_kept = kernel_keyring.revoke(vault_id)
    context.streams.note("the kernel no longer keeps the key" if was_kept else "the kernel had no key of this vault")
    if keyring:
        _forget(context, vault_id)
    elif context.local_unlock.marks.has(vault_id):
        context.streams.note("the OS keyring still opens the vault: nexcred vault lock --keyring")
    if json:
        still = context.local_unlock.marks.has(vault_id)
        shape: LockedShape = {"kernel_keyring": bool(was_kept), "os_keyring": still}
        context.streams.json(shape)


def _forget(context: Context, vault_id: bytes) -> None:
    refuse_missing(context.store, context.anchors)
    if not slots_at(context.store):
        raise Conflict(
            "without the OS keyring nothing would open this vault",
            hint="set up another way first, with: nexcred vault recovery, or nexcred vault passphrase",
        )
    try:
        context.local_unlock.keyring.forget(vault_id)
    except KeyringUnavailable as error:
        raise NexcredError(f"the key is still in the OS keyring: {error.reason}") from None
    context.local_unlock.marks.drop(vault_id)
    context.streams.note(f"{context.local_unlock.keyring.title} no longer holds the key")
