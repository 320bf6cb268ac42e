"""Unlocking without being given anything: by the kernel's keyring, for some hours, and the OS keyring."""

from collections.abc import Callable
from functools import cached_property

from nexcred.errors import NexcredError
from nexcred.local.keyring_marks import KeyringMarks
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.services.vaults.opening import vault_id_of
from nexcred.services.workspace import Workspace
from nexcred.unlock.os_keyring import KeyringIdentities
from nexcred.unlock.slots import slots_of
from nexcred.vault.identity import Identity
from nexcred.vault.slot import PASSPHRASE_KIND
from nexcred.vault.store import Store


class LocalUnlock:
    """What this machine keeps for a vault. `can_ask` says that a passphrase can be asked for instead."""

    def __init__(self, workspace: Workspace, store: Callable[[], Store], *, can_ask: bool) -> None:
        self._workspace = workspace
        self._find_store = store
        self._can_ask = can_ask

    @property
    def _store(self) -> Store:
        return self._find_store()

    @property
    def keyring(self) -> KeyringIdentities:
        return self._workspace.identities

    @cached_property
    def marks(self) -> KeyringMarks:
        return KeyringMarks(self._workspace.state_folder)

    def from_keyring(self) -> Identity | None:
        """Return the identity that the OS keyring holds for this vault; say so when it cannot be had."""
        if not self.is_asked_for:
            return None
        return self._workspace.from_keyring(self._store, may_be_refused=self._can_ask)

    def look(self) -> tuple[str | None, str | None]:
        """Return the title of the OS keyring if it opens this vault, or else what is wrong with it, if anything is."""
        if not self.is_asked_for:
            return None, None
        try:
            found = self.keyring.find(vault_id_of(self._store, self._workspace.anchors))
            return (self.keyring.title if found else None), None
        except KeyringUnavailable as error:
            return None, None if error.failure is KeyringFailure.ABSENT else error.reason

    @property
    def is_asked_for(self) -> bool:
        """False where the keyring is known to hold nothing of use, and a passphrase can be asked for instead."""
        if not self._can_ask or not slots_of(self._store, PASSPHRASE_KIND):
            return True
        return self.marks.has(vault_id_of(self._store, self._workspace.anchors))

    def keep(self, identity: Identity) -> None:
        """Keep the identity of a vault in the OS keyring; raise NexcredError when that cannot be relied on."""
        try:
            self.keyring.keep(identity)
        except KeyringUnavailable as error:
            raise NexcredError(
                f"the key of the vault cannot be kept in the OS keyring: {error.reason}",
                hint="lock it with a passphrase instead: nexcred vault init --passphrase, or nexcred vault passphrase",
            ) from None
        self.marks.put(identity.vault_id)
