"""`nexcred vault rekey`."""

from pathlib import Path
from typing import Annotated

import typer

from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import AsJson, NewPassphraseFile, WeakPassphrase
from nexcred.cli.dialogs.rekey import (
    RekeyFlags,
    choose_locks,
    confirm_signatures,
    own_kinds,
    replace_on_this_machine,
    tell_what_is_lost,
)
from nexcred.local.new_file import NewFile
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.vaults.rekey import rekey
from nexcred.vault.identity import Identity
from nexcred.wire.vault_changes import RekeyedShape

EXAMPLES = (
    "nexcred vault rekey                            # asks for a new passphrase",
    "nexcred vault rekey -o new.identity            # if you open the vault with an identity",
    "nexcred vault rekey --new-passphrase-file new.txt",
)


def command(
    ctx: typer.Context,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="FILE", help="Write the new identity to a new file.")
    ] = None,
    new_passphrase_file: NewPassphraseFile = None,
    weak: WeakPassphrase = False,
    json: AsJson = False,
) -> None:
    context: Context = ctx.obj
    vault, said = context.vault, RekeyFlags(output, new_passphrase_file, weak)
    vault.require_writable()
    confirmed = confirm_signatures(context)
    locks, had = choose_locks(context, said), own_kinds(context)
    with NewFile(Path(output or "")) as file:

        def hand_out(identity: Identity) -> None:
            if output is not None:
                file.write(f"{identity.secret_string}\n")

        done = rekey(vault, locks, hand_out, confirmed=confirmed)
    if json:
        shape: RekeyedShape = {
            "epoch": vault.epoch,
            "resealed": done.resealed,
            "left_alone": list(done.left_alone),
            "disputed": list(done.disputed),
        }
        context.streams.json(shape)
    else:
        context.streams.line(f"new keys, epoch {vault.epoch}; credentials sealed again: {done.resealed}")
    if done.left_alone:
        names = ", ".join(f"'{name}'" for name in done.left_alone)
        context.streams.note(f"not shared with you, and sealed to others as before: {names}")
    for name in done.disputed:
        context.streams.warn(
            make_visible(f"'{name}' opens for nobody until it is settled: nexcred vault settle {shell_word(name)}")
        )
    tell_what_is_lost(context, locks, had)
    replace_on_this_machine(context, vault.identity, said)
    context.streams.note("an old copy of the vault still opens with the old keys: replace at the providers what leaked")
