"""Identities in the keyring of the operating system: one item for each vault, named by the vault's id."""

import secrets
from collections.abc import Callable

from nexcred.errors import Locked
from nexcred.oskeyring.access import GuardedKeyring
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.vault.identity import Identity

SERVICE = "nexcred"


class KeyringIdentities:
    """Opens the keyring when it is first needed; one that cannot be opened is not tried again.

    Each method raises KeyringUnavailable.
    """

    def __init__(self, open_keyring: Callable[[], GuardedKeyring]) -> None:
        self._open = open_keyring
        self._keyring: GuardedKeyring | None = None
        self._failure: KeyringUnavailable | None = None

    @property
    def title(self) -> str:
        """What people call this keyring."""
        return self._opened().title

    def find(self, vault_id: bytes) -> Identity | None:
        """Return the identity that opens a vault, None when there is none."""
        text = self._opened().get(SERVICE, vault_id.hex())
        if text is None:
            return None
        try:
            identity = Identity.parse(text)
        except Locked:
            identity = None
        if identity is None or identity.vault_id != vault_id:
            raise KeyringUnavailable(
                KeyringFailure.DIFFERENT, f"what {self.title} holds is not the identity of this vault"
            )
        return identity

    def keep(self, identity: Identity) -> None:
        """Keep an identity that is bound to its vault, in place of an older one."""
        self._opened().set(SERVICE, identity.vault_id.hex(), identity.secret_string)

    def forget(self, vault_id: bytes) -> None:
        self._opened().delete(SERVICE, vault_id.hex())

    def try_out(self) -> None:
        """Write, read back and delete something worthless: whether that works is known before a vault relies on it."""
        name = f"trial-{secrets.token_hex(8)}"
        self._opened().set(SERVICE, name, secrets.token_hex(48))
        self._opened().delete(SERVICE, name)

    def _opened(self) -> GuardedKeyring:
        if self._failure is not None:
            raise self._failure
        if self._keyring is None:
            try:
                self._keyring = self._open()
            except KeyringUnavailable as error:
                self._failure = error
                raise
        return self._keyring
