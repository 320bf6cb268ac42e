"""Several identities on one vault, for tests."""

from nexcred.vault.identity import Identity
from nexcred.vault.rekeying import Rekeyed
from nexcred.vault.roster import GUEST
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, open_new


def adas_vault(store: MemoryStore) -> Vault:
    """Return a vault with two credentials, as its founder opens it."""
    vault = open_new(store)
    add(vault, "prod", "EXAMPLE-prod")
    add(vault, "test", "EXAMPLE-test")
    return vault


def join(ada: Vault, store: MemoryStore, full_name: str, role: str) -> Vault:
    """Admit somebody new and return the vault as he opens it, on a machine of his own."""
    identity = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(identity.public, full_name, role))
    return Vault(store, identity, now=lambda: NOW)


def share(vault: Vault, name: str, *others: Vault) -> None:
    """Share with them all; guests among them are handed the line that says which names they open."""
    vault.edit(lambda edit: edit.share(edit.find(name), [other.identity.fingerprint for other in others]))
    for other in others:
        if other.role == GUEST:
            other._checkpoint = vault.checkpoint(other.state.me.id)


def rekey(vault: Vault) -> Rekeyed:
    """Give somebody new keys, on the machine where he signed what he signed."""
    own = vault.memory.signed(vault.vault_id)
    new = Identity.generate().bind(vault.vault_id, vault.floor)
    return vault.edit(lambda edit: edit.rekey(new, own))


def secret_of(vault: Vault, name: str) -> object:
    value = vault.details(vault.find(name)).fields["api_key"]
    return value.reveal() if not isinstance(value, str | int) else value
