"""Open the vault for completion and doctor: only where that asks nobody, derives nothing slow, and leaves no trace.

Completion does not even ask the place of a vault that lies elsewhere: nobody waits for a network at the Tab key.
"""

from pathlib import Path

from nexcred.cli.app.context import Context
from nexcred.cli.completion.place import LinePosition
from nexcred.errors import NexcredError
from nexcred.services.vaults.opening import memory_of, vault_id_of
from nexcred.services.workspace import Workspace
from nexcred.stores.offline import Offline
from nexcred.unlock.kernel_keyring import read_kept
from nexcred.unlock.sources import UnlockSource
from nexcred.unlock.unlock import unlock
from nexcred.vault.identity import Identity
from nexcred.vault.memory import QuietMemory
from nexcred.vault.vault import Vault


def open_quietly(context: Context, place: LinePosition) -> Vault | None:
    """Return the vault that the words on the line would open, as it was read last; None when it does not by itself."""
    for option in ("--vault", "--identity-file"):
        if option in place.said:
            setattr(context.options, option[2:].replace("-", "_"), place.said[option][-1])
    try:
        choice = context.vault_choice
    except (NexcredError, OSError):
        return None
    here = Workspace(choice, context.environment, warn=lambda _: None, offline=Offline(only=True))
    context.__dict__["workspace"] = here
    return vault_at_hand(context)


def vault_at_hand(context: Context) -> Vault | None:
    """Return the vault; None when it does not open by itself."""
    try:
        identity = _identity(context)
        if identity is None:
            return None
        return Vault(context.store, identity, memory=QuietMemory(memory_of(context.store, context.anchors)))
    except (NexcredError, OSError):
        return None


def _identity(context: Context) -> Identity | None:
    if context.store.can_ask or not context.store.exists():
        return None
    source = context.source
    if source is not None:
        return unlock(context.store, source) if _is_instant(source) else None
    kept = read_kept(vault_id_of(context.store, context.anchors))
    return kept.identity if kept else None


def _is_instant(source: UnlockSource) -> bool:
    """True for an identity, in a variable or a plain file.

    A passphrase takes Argon2id, a pipe can be read once, and a command may ask somebody.
    """
    if source.kind != "identity" or source.place == "command":
        return False
    return source.place == "here" or Path(str(source.text.reveal())).expanduser().is_file()
