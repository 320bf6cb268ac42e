from datetime import timedelta
from itertools import count

from nexcred.services.audit import find_events
from nexcred.vault.vault import Vault
from tests.memory_store import MemoryStore
from tests.sample_vault import NOW, add, found, update


def test_a_change_and_the_write_that_made_it_are_told_once_however_long_it_took() -> None:
    ticks = count()
    store = MemoryStore()
    vault = Vault(store, found(store), now=lambda: NOW + timedelta(seconds=next(ticks)))
    add(vault, "prod")
    update(vault, "prod", "EXAMPLE-second")
    told = [(event.action, event.revision) for event in find_events(vault, [], None, None)]
    assert told == [("changed", 2), ("added", 1), ("founded", None)]
