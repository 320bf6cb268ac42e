"""The end of making a vault at a terminal: a recovery key, if it is wanted, and what to know about tomorrow."""

import sys

from nexcred.cli.app.context import Context
from nexcred.cli.dialogs.recovery import make_recovery_key
from nexcred.cli.prompt.prompter import Tone
from nexcred.unlock.slots import slots_of
from nexcred.vault.slot import PASSPHRASE_KIND, RECOVERY_KIND


def offer_recovery_key(context: Context) -> None:
    """Ask whether to make one now, where a passphrase was typed and a new key can be copied to paper.

    A script that gives what opens the vault is asked nothing, though it runs at a terminal.
    """
    if context.source is not None or not _is_watched(context) or slots_of(context.store, RECOVERY_KIND):
        return
    context.prompter.tell()
    context.prompter.tell(
        "If the passphrase is lost, only a recovery key on paper opens the vault: nobody can reset it.", Tone.QUIET
    )
    if context.prompter.confirm("Make a recovery key now?"):
        make_recovery_key(context, may_replace=False)
    else:
        context.streams.note("make one later with: nexcred vault recovery")


def tell_tomorrow(context: Context) -> None:
    """Say how the vault opens next time, how to be asked less often, and how not to lose it."""
    if not _is_watched(context):
        return
    note = context.streams.note
    source = context.source
    if source is not None:
        note(f"next time the vault opens by what {source.name} gives")
    elif context.local_unlock.marks.has(context.vault.vault_id):
        note(f"next time the vault opens without asking: {context.local_unlock.keyring.title} has its key")
    elif slots_of(context.store, PASSPHRASE_KIND):
        note("next time the vault asks for the passphrase, whatever the command")
        if sys.platform == "linux":  # whose kernel keeps it
            note("to be asked once a day: nexcred vault unlock --for 8h")
    note("to keep a copy elsewhere: nexcred vault backup FILE")


def _is_watched(context: Context) -> bool:
    return context.terminal.interactive and context.terminal.ttys.stdout
