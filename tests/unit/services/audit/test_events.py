from datetime import timedelta
from itertools import count

from nexcred.local.use_log import Use
from nexcred.services.audit.events import find_events
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, found, update
from tests.support.shared_vault import rekey


def test_a_change_and_the_write_that_made_it_are_told_once_however_long_it_took() -> None:
    ticks = count()
    store = MemoryStore()
    vault = Vault(store, found(store), now=lambda: NOW + timedelta(seconds=next(ticks)))
    add(vault, "prod")
    update(vault, "prod", "EXAMPLE-second")
    told = [(event.action, event.revision) for event in find_events(vault, [], None, None)]
    assert told == [("changed", 2), ("added", 1), ("founded", None)]


def test_who_used_it_is_named_by_old_keys_and_new_ones_and_nobody_else_is() -> None:
    store = MemoryStore()
    vault = Vault(store, found(store), now=lambda: NOW)
    credential, vault_id, old = add(vault, "prod"), vault.vault_id.hex(), vault.identity.fingerprint.hex()
    rekey(vault)
    assert vault.identity.fingerprint.hex() != old
    identities = [vault.me.id, old, vault.identity.fingerprint.hex(), "ab" * 16, "no id"]
    uses = [Use(NOW, "get", vault_id, one, (credential.id,), ("api_key",)) for one in identities]
    told = [event.by for event in find_events(vault, uses, "prod", None) if event.source == "here"]
    assert told == ["Ada Example"] * 3 + ["somebody unknown"] * 2
