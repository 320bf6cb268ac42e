"""A vault with one founder and one passphrase slot, at the lowest cost that is read."""

from pathlib import Path

import pytest

from nexcred.model.times import utc_now
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import Identity
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.store import Store

PASSPHRASE = "caf\u00e9 EXAMPLE passphrase"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return SqliteStore(tmp_path / "vault.db")


@pytest.fixture
def founder(store: Store) -> Identity:
    return found_vault(
        store,
        Identity.generate(),
        organisation="default",
        full_name="ops",
        slots_for=lambda identity: (make_passphrase_slot(PASSPHRASE, identity, FLOOR),),
        now=utc_now(),
    )
