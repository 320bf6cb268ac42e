"""`nexcred vault passphrase`."""

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, NewPassphraseFile, WeakPassphrase
from nexcred.cli.dialogs.new_passphrase import new_passphrase_of
from nexcred.services.vaults.slots import change_passphrase
from nexcred.unlock.slots import slots_of
from nexcred.vault.slot import PASSPHRASE_KIND
from nexcred.wire.vault_changes import PassphraseShape

EXAMPLES = (
    "nexcred vault passphrase",
    "nexcred vault passphrase --new-passphrase-file new.txt      # without a terminal",
)


def command(
    ctx: typer.Context,
    file: NewPassphraseFile = None,
    weak: WeakPassphrase = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault = context.vault
    passphrase = new_passphrase_of(context, file, weak=weak)
    had_one = bool(slots_of(context.store, PASSPHRASE_KIND))
    change_passphrase(vault, passphrase)
    context.streams.note(
        "changed the passphrase; older copies of the vault still open with the old one"
        if had_one
        else "the vault opens with a passphrase too"
    )
    if json:
        shape: PassphraseShape = {"replaced": had_one}
        context.streams.json(shape)
