"""Opening the vault for a service: asked for once at the start, and by what is at hand from then on."""

from functools import partial

from nexcred.cli.app.context import Context
from nexcred.server.opening import Unlocked
from nexcred.services.access import Access
from nexcred.unlock.kernel_keyring import read_kept
from nexcred.vault.identity import Identity
from nexcred.vault.store import Store


class ServiceUnlocking:
    """Opens the vault of a command."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._kept: Identity | None = None

    def open(self) -> Unlocked:
        """Open it; raise Locked and its kin."""
        context = self._context
        vault = context.open_by(self._identify)
        access = Access(context.workspace, vault, context.environment)
        kept = self._kept
        return Unlocked(access) if kept is None else Unlocked(access, partial(_is_kept, vault.vault_id, kept.seed))

    def never_ask(self) -> None:
        """Ask nobody from now on: those who call are no people at this terminal."""
        self._context.options.no_input = True
        self._context.__dict__.pop("terminal", None)

    def _identify(self, store: Store) -> Identity:
        context = self._context
        self._kept = None if context.source is not None else context.workspace.from_kernel(store)
        return self._kept or context.unlock(store)


def _is_kept(vault_id: bytes, seed: bytes) -> bool:
    """True as long as the kernel keeps this very identity: `vault lock` takes it back, and so does time."""
    kept = read_kept(vault_id)
    return kept is not None and kept.identity.seed == seed
