"""What a large vault lists is what a small one does, decoded another way."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.cli.terminal.streams import quick_json_lines, to_json_line
from nexcred.errors import Tampered
from nexcred.model.credential import Credential
from nexcred.vault import processes
from nexcred.vault.fast_overview import reader_of_listed
from nexcred.vault.fetching import fetch
from nexcred.vault.overviews import ignore, overview_digests
from nexcred.vault.plaintext import read_json, write_json
from nexcred.vault.record import Header
from nexcred.vault.vault import Vault
from nexcred.wire.credential import credential_shape
from tests.support.memory_store import MemoryStore
from tests.support.next_epoch import move_to_next_epoch
from tests.support.sample_vault import accepted, add, describe, open_new, update


def listed(vault: Vault) -> dict[str, Credential]:
    return {credential.name: credential for credential in vault.map(lambda credential: credential)}


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def filled(store: MemoryStore) -> Vault:
    vault = open_new(store)
    credential = add(vault, "Ünïcode 日本")
    vault.edit(lambda edit: edit.record_probe(credential, accepted()))
    add(vault, 'quotes " and \\', port=2**63 - 1)
    update(vault, "Ünïcode 日本", "EXAMPLE-new")
    move_to_next_epoch(store, vault.identity)
    describe(vault, "Ünïcode 日本", "tab\there, \x7f and \u202e there")
    return vault


def test_a_large_vault_lists_what_a_small_one_does(filled: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    small = listed(filled)
    monkeypatch.setattr(processes, "WORTHWHILE", 1)
    assert filled.is_large
    assert listed(filled) == small == {credential.name: credential for credential in filled.credentials()}


def test_a_line_is_the_same_either_way(filled: Vault) -> None:
    quick = quick_json_lines()
    for credential in filled.credentials():
        shape = credential_shape(credential)
        assert quick(shape) == to_json_line(shape)
        assert json.loads(quick(shape)) == shape


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_becomes_the_same_line_either_way(text: str) -> None:
    assert quick_json_lines()({text: [text, 1, None, True]}) == to_json_line({text: [text, 1, None, True]})


SPOILED: tuple[tuple[str, Any], ...] = (
    ("name", None),
    ("tags", "prod"),
    ("public", {"port": 1.5}),
    ("statement", 0),
    ("statement", ""),
    ("statement", base64.b64encode(bytes(192)).decode()),
    ("created_at", "yesterday"),
    ("created_at", "2026-11-21T12:30:15"),
    ("access", {"creator": "zz", "salt": ""}),
    ("access", ""),
    ("access", base64.b64encode(bytes(39)).decode()),
    ("probe", {"status": "splendid"}),
)


@pytest.mark.parametrize(("key", "value"), SPOILED)
def test_another_shape_is_refused(filled: Vault, store: MemoryStore, key: str, value: object) -> None:
    header, overview = overview_of(filled, store)
    read = reader_of_listed(filled.state.roster, bytes(16))
    whole = read(header, write_json(overview))
    assert whole is not None
    assert whole.name == overview["name"]
    with pytest.raises(Tampered):
        read(header, write_json({**overview, key: value}))
    with pytest.raises(Tampered):
        read(header, write_json({name: one for name, one in overview.items() if name != key}))


def test_an_overview_of_another_record_is_refused(filled: Vault, store: MemoryStore) -> None:
    header, overview = overview_of(filled, store)
    read = reader_of_listed(filled.state.roster, bytes(16))
    with pytest.raises(Tampered, match="exchanged"):
        read(header._replace(record_id=bytes(16)), write_json(overview))


def overview_of(vault: Vault, store: MemoryStore) -> tuple[Header, dict[str, Any]]:
    """Return the header and the plaintext of an overview in the vault."""
    with store.read() as snapshot:
        record = fetch(snapshot, overview_digests(vault.state, snapshot, ignore)[0])
    header, plaintext = vault.state.unseal_overview(record)
    return header, read_json(plaintext)
