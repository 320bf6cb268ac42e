"""A vault that the first version wrote to a keyring is read, proved and written by this one."""

import json
from pathlib import Path

import pytest

from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.tables.as_bytes import NotTables, decode_tables, encode_tables
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.keyring_backend import MemoryBackend, guard
from tests.support.sample_vault import add
from tests.vectors.telling import tell

HERE = Path(__file__).parent
ITEMS: dict[str, str] = json.loads((HERE / "keyring-v1.json").read_bytes())
EXPECTED = json.loads((HERE / "vault-v1.json").read_bytes())
TOLD = {key: value for key, value in EXPECTED.items() if key not in ("identity", "passphrase")}


@pytest.fixture
def backend() -> MemoryBackend:
    backend = MemoryBackend()
    backend.items = {(service, "nexcred"): text for service, text in ITEMS.items()}
    return backend


@pytest.fixture
def store(backend: MemoryBackend, tmp_path: Path) -> KeyringStore:
    return KeyringStore("", lambda: guard(backend), tmp_path)


def test_the_kept_keyring_is_read_and_not_touched(store: KeyringStore, backend: MemoryBackend) -> None:
    before = dict(backend.items)
    assert tell(Vault(store, Identity.parse(EXPECTED["identity"]))) == TOLD
    assert backend.items == before


def test_the_kept_keyring_is_written_to(store: KeyringStore) -> None:
    vault = Vault(store, Identity.parse(EXPECTED["identity"]))
    add(vault, "added")
    assert vault.verify().credentials == 5


def test_equal_vaults_are_equal_bytes(store: KeyringStore) -> None:
    with store.read() as snapshot:
        data = encode_tables(snapshot.tables)
    assert data.startswith(b"NXT1")
    assert encode_tables(decode_tables(data)) == data


def test_bytes_that_are_not_exactly_a_vault_are_refused(store: KeyringStore) -> None:
    with store.read() as snapshot:
        data = encode_tables(snapshot.tables)
    for spoiled in (b"", data[:-1], data + b"\0", b"NXT2" + data[4:], data[:4] + b"\xff" * 4 + data[8:], data[4:]):
        with pytest.raises(NotTables):
            decode_tables(spoiled)
    for length in range(0, len(data), 997):
        with pytest.raises(NotTables):
            decode_tables(data[:length])
