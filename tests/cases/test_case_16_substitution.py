"""Case 16: a public key replaced; a whole vault substituted at a known place; history forged with public keys only."""

import shutil
from pathlib import Path

import pytest

from nexcred.errors import Damaged, NotPermitted, Replaced, Tampered
from nexcred.local.anchors import AnchorFile
from nexcred.services.vaults.opening import memory_of
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.access import grant_vault_key, hash_access, index_keys
from nexcred.vault.head import seal_head
from nexcred.vault.identity import NO_VAULT, Identity, PublicIdentity
from nexcred.vault.open_state import open_state
from nexcred.vault.plaintext import write_details
from nexcred.vault.primitives import digest, new_key
from nexcred.vault.record import DETAILS, OVERVIEW, RecordPlace, read_header, seal_for, seal_overview
from nexcred.vault.roster import Roster, seal_roster
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, details, fill, open_new, update
from tests.support.vault_file import (
    assert_faults,
    assert_tampered,
    details_of,
    make_file,
    open_file,
    proved,
    records,
    run_sql,
)

EVE = Identity(b"e" * 32, bytes(16))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


def test_case_16_another_vault_at_a_known_place(path: Path) -> None:
    vault = make_file(path)
    other = path.with_name("other.db")
    make_file(other)
    shutil.copy(other, path)
    before = path.read_bytes()
    with pytest.raises(Replaced):
        open_file(path, vault.identity, vault.anchor)
    with pytest.raises(Replaced):
        vault.names()
    with pytest.raises(Replaced):
        add(vault, "new")
    assert path.read_bytes() == before


def test_case_16_another_vault_of_the_same_founder_at_a_known_place(path: Path) -> None:
    vault = make_file(path)
    path.unlink()
    make_file(path)
    store, anchors = SqliteStore(path), AnchorFile(path.parent / "state", warn=pytest.fail)
    anchors.advance(store.location, vault.anchor)
    with pytest.raises(Replaced):
        Vault(store, Identity(vault.identity.seed, NO_VAULT), memory=memory_of(store, anchors))


def test_case_16_another_vault_for_an_identity_that_is_bound_to_its_own(path: Path) -> None:
    vault = make_file(path)
    path.unlink()
    theirs = open_new(SqliteStore(path), seed=b"e" * 32)
    with pytest.raises(Replaced):
        open_file(path, vault.identity)
    assert theirs.vault_id != vault.vault_id


def test_case_16_another_vault_that_claims_the_id(path: Path) -> None:
    """An attacker knows the id and the public keys, and makes everything else himself."""
    store = MemoryStore()
    vault = open_new(store)
    fill(vault)
    public = PublicIdentity.parse(vault.identity.public_string)
    theirs = MemoryStore()
    eve = open_new(theirs, seed=b"e" * 32).identity
    with theirs.read() as snapshot:
        state = open_state(snapshot, eve, None)
    vault_key = new_key()
    keys = index_keys(vault_key)
    access = (grant_vault_key(vault_key, public, vault.vault_id, 1),)
    place = state.place._replace(vault_id=vault.vault_id, generation=vault.generation)
    for author in (EVE.fingerprint, public.fingerprint):
        head = state.head.head._replace(access_hash=hash_access(access, ()), author=author)
        forged = theirs.tables.copy()
        forged.heads = {place.generation: seal_head(place, head, EVE, keys.head)}
        forged.access = access
        with pytest.raises(Damaged):
            Vault(MemoryStore(forged), vault.identity)
        forged.roster = store.tables.roster
        assert_tampered(lambda: Vault(MemoryStore(forged), vault.identity))  # noqa: B023


def test_case_16_an_access_row_that_hands_out_another_key() -> None:
    store = MemoryStore()
    vault = open_new(store)
    add(vault, "prod")
    own = store.tables.access
    planted = grant_vault_key(new_key(), vault.identity.public, vault.vault_id, 1)
    for rows in ((planted,), (planted, *own), (*own, planted)):
        store.tables.access = rows
        with pytest.raises(Damaged):
            Vault(store, vault.identity)
    store.tables.access = (grant_vault_key(new_key(), EVE.public, vault.vault_id, 1),)
    with pytest.raises(NotPermitted):
        Vault(store, vault.identity)


def test_case_16_history_and_details_forged_with_public_keys_only(path: Path) -> None:
    vault = open_new(SqliteStore(path))
    add(vault, "prod", "EXAMPLE-1")
    update(vault, "prod", "EXAMPLE-2")
    overview = overview_of(vault, "prod")
    for wanted, sealed in records(path, DETAILS).items():
        header = read_header(sealed)
        place = RecordPlace(DETAILS, vault.vault_id, header.record_id, header.revision, header.epoch)
        forged = seal_for(
            place,
            write_details(details("EXAMPLE-evil"), vault.identity.fingerprint),
            [vault.identity.public],
            bytes(32),
        )
        run_sql(path, "UPDATE item SET sealed = ? WHERE digest = ?", forged, wanted)
        assert_tampered(lambda: vault.details_at(vault.find("prod"), header.revision))  # noqa: B023
        assert_faults(vault, "'prod'")
        run_sql(path, "UPDATE item SET sealed = ? WHERE digest = ?", sealed, wanted)
        run_sql(path, "INSERT INTO item VALUES (?, ?)", digest(forged), forged)
    (past,) = overview.past
    place = RecordPlace(OVERVIEW, vault.vault_id, overview.record_id, 1, 1)
    forged = seal_overview(place, b"{}", new_key(), [vault.identity.public], bytes(32))
    sealed = records(path, OVERVIEW)[past]
    run_sql(path, "UPDATE item SET sealed = ? WHERE digest = ?", forged, past)
    reader = open_file(path, vault.identity)
    assert_tampered(lambda: reader.history(reader.find("prod")))
    assert_faults(reader, "'prod'")
    run_sql(path, "UPDATE item SET sealed = ? WHERE digest = ?", sealed, past)
    assert details_of(reader, "prod") == details("EXAMPLE-2")
    assert [one.version for one in reader.history(reader.find("prod"))] == [2, 1]
    assert proved(reader).strays == 2


def test_case_16_a_public_key_replaced_in_the_roster() -> None:
    store = MemoryStore()
    vault = open_new(store)
    with store.read() as snapshot:
        state = open_state(snapshot, vault.identity, None)
    (entry,) = state.roster.entries
    for position, key in ((50, EVE.public.keys[0]), (84, EVE.public.keys[1])):
        replaced = entry[:position] + key + entry[position + 32 :]
        forged = Roster(state.roster._replay, (replaced,), state.roster.hashes)
        store.tables.roster = seal_roster(forged, state.keys.roster, 1)
        with pytest.raises(Tampered):
            Vault(store, vault.identity)
