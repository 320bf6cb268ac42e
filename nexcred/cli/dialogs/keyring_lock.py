"""Locking a new vault by the OS keyring, with a recovery key on paper for when that is lost."""

from nexcred.cli.app.context import Context
from nexcred.cli.prompt.prompter import Tone
from nexcred.cli.prompt.recovery_key import show_recovery_key
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.vault.recovery_key import new_recovery_key, write_recovery_key


def lock_by_keyring(context: Context) -> bytes | None:
    """Return the recovery key once it is on paper; None where no OS keyring works. Nothing is kept yet."""
    prompter, keyring = context.prompter, context.local_unlock.keyring
    try:
        keyring.try_out()
        title = keyring.title
    except KeyringUnavailable as error:
        if error.failure is not KeyringFailure.ABSENT:
            prompter.tell(f"The OS keyring cannot keep the key of the vault: {error.reason}.", Tone.CAREFUL)
        return None
    prompter.tell(
        f"There is no vault yet. The key of the new one will be kept in {title}, so that it opens on this machine"
        " without asking. If that is lost, this recovery key opens it, and nothing else does: write it down on paper."
        " It is not shown again.",
        Tone.QUIET,
    )
    key = new_recovery_key()
    show_recovery_key(prompter, write_recovery_key(key))
    while not prompter.confirm("Is it on paper?"):
        prompter.tell("Take your time. Ctrl-C leaves everything as it was.", Tone.QUIET)
    prompter.tell()
    return key
