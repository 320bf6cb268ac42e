"""The ways to unlock that nobody has to give: what the kernel keeps for some hours, and the OS keyring."""

from functools import cached_property

from nexcred.cli.app.context import Context
from nexcred.errors import NexcredError
from nexcred.local.keyring_marks import KeyringMarks
from nexcred.oskeyring.trouble import KeyringUnavailable, Trouble
from nexcred.services.vaults.opening import slots_of, vault_id_of
from nexcred.unlock.os_keyring import KeyringIdentities
from nexcred.vault.identity import Identity
from nexcred.vault.slot import PASSPHRASE_KIND
from nexcred.vault.store import Store


class AtHand:
    """What this machine keeps for the vault of a context."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def keyring(self) -> KeyringIdentities:
        return self._context.machine.identities

    @cached_property
    def marks(self) -> KeyringMarks:
        return KeyringMarks(self._context.state_folder)

    def from_keyring(self) -> Identity | None:
        """Return the identity that the OS keyring holds for this vault; say so when it cannot be had."""
        context = self._context
        if not self.is_asked_for(context.store):
            return None
        return context.machine.from_keyring(context.store, may_be_refused=self._can_ask)

    def look(self) -> tuple[str | None, str | None]:
        """Return the title of the OS keyring if it opens this vault, or else what is wrong with it, if anything is."""
        context = self._context
        if not self.is_asked_for(context.store):
            return None, None
        try:
            found = self.keyring.find(vault_id_of(context.store, context.anchors))
            return (self.keyring.title if found else None), None
        except KeyringUnavailable as error:
            return None, None if error.trouble is Trouble.ABSENT else error.reason

    def is_asked_for(self, store: Store) -> bool:
        """False where the keyring is known to hold nothing of use, and a passphrase can be asked for instead."""
        if not self._can_ask or not slots_of(store, PASSPHRASE_KIND):
            return True
        return self.marks.has(vault_id_of(store, self._context.anchors))

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

    def keep_and_say(self, identity: Identity) -> None:
        """Keep it for a vault that was there before."""
        self.keep(identity)
        self._context.streams.note(f"{self.keyring.title} opens the vault from now on, on this machine")

    @property
    def _can_ask(self) -> bool:
        from nexcred.cli.prompt.passphrase import can_ask

        return can_ask(self._context.terminal)
