"""A second program, written from docs/vault-format.md, reads what this one wrote: the page says all that it takes."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.local.anchors import AnchorFile
from nexcred.local.machine_memory import MachineMemory
from nexcred.model.name import fold_name
from nexcred.services.vaults.move import move
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.access_list import READ
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.vault.floor import pair_of
from nexcred.vault.identity import Identity
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.slot import make_recovery_slot
from nexcred.vault.teams import end_team, join_teams, leave_team, make_team
from nexcred.vault.upgrade import upgrade
from nexcred.vault.vault import Vault
from nexcred.vault.vault_settings import share_by_default
from tests.support.sample_vault import NOW, add, fill, open_new, remove, set_session, update
from tests.support.shared_vault import rekey, secret_of, share
from tests.vectors.second_primitives import (
    derive,
    gcm_open,
    label,
    mac,
    read_checkpoint,
    read_public,
    read_secret,
    sha256,
)
from tests.vectors.second_reader import Opened, read_trash, read_vault
from tests.vectors.telling import as_told
from tests.vectors.vault_v1 import EXPECTED, KEPT


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "vault.db")


@pytest.fixture
def ada(store: SqliteStore) -> Vault:
    vault = open_new(store)
    fill(vault)
    return vault


def both_read_alike(store: SqliteStore, *vaults: Vault) -> None:
    for vault in vaults:
        again = Vault(store, vault.identity, checkpoint=vault._checkpoint, now=lambda: NOW)
        assert read_vault(store.path, read_secret(again.identity.secret_string)) == as_told(again)


def test_a_vault_that_moved_is_read_at_both_places(ada: Vault, store: SqliteStore, tmp_path: Path) -> None:
    anchors = AnchorFile(tmp_path / "state", warn=pytest.fail)
    there = SqliteStore(tmp_path / "there.db")
    moved = move(ada, there, anchors).vault
    both_read_alike(store, ada)
    add(moved, "later")
    both_read_alike(there, moved)
    opened = [Opened(one.path, read_secret(ada.identity.secret_string)) for one in (store, there)]
    assert [one.people.moved_to for one in opened] == [there.location, None]


def test_all_that_one_person_keeps_is_read(ada: Vault, store: SqliteStore) -> None:
    both_read_alike(store, ada)
    for number in range(12):
        update(ada, "Prod Events", f"EXAMPLE-{number}")
    set_session(ada, "binary", None)
    removed = as_told(ada)["Ünïcode 日本"]
    remove(ada, "Ünïcode 日本")
    assert len(as_told(ada)["Prod Events"].revisions) == 11
    both_read_alike(store, ada)
    assert read_trash(store.path, read_secret(ada.identity.secret_string)) == {"Ünïcode 日本": removed}


def _join(ada: Vault, store: SqliteStore, full_name: str, role: str) -> Vault:
    identity = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(identity.public, full_name, role))
    return Vault(store, identity, now=lambda: NOW)


def _shared(ada: Vault, store: SqliteStore) -> tuple[Vault, Vault, Vault]:
    bob, eve, ci = (_join(ada, store, *who) for who in (("Bob", MEMBER), ("Eve", READER), ("ci", GUEST)))
    share(ada, "Prod Events", bob, eve, ci)
    ada.edit(lambda edit: edit.share(edit.find("binary"), [bob.state.me.id], may=READ))
    update(bob, "Prod Events", "EXAMPLE-by-bob")
    add(bob, "bob's", "EXAMPLE-bobs")
    return bob, eve, ci


def test_everybody_of_a_vault_is_read_as_far_as_he_may(ada: Vault, store: SqliteStore) -> None:
    everybody = (ada, *_shared(ada, store))
    both_read_alike(store, *everybody)


def by_leaving(ada: Vault, bob: Vault) -> None:
    ada.edit(lambda edit: edit.dismiss(bob.state.me.id))


def by_a_role(ada: Vault, bob: Vault) -> None:
    ada.edit(lambda edit: edit.change_role(bob.state.me.id, READER))


def by_unsharing(ada: Vault, bob: Vault) -> None:
    ada.edit(lambda edit: edit.unshare(edit.find("Prod Events"), [bob.state.me.id]))


def by_taking_the_creator_off(ada: Vault, bob: Vault) -> None:
    ada.edit(lambda edit: edit.share(edit.find("bob's"), [ada.state.me.id]))
    bob.edit(lambda edit: edit.complete(edit.find("bob's")))
    ada.edit(lambda edit: edit.unshare(edit.find("bob's"), [bob.state.me.id]))


def by_his_own_unsharing(ada: Vault, bob: Vault) -> None:
    bob.edit(lambda edit: edit.share(edit.find("bob's"), [ada.state.me.id]))
    bob.edit(lambda edit: edit.unshare(edit.find("bob's"), [ada.state.me.id]))


def by_new_keys(ada: Vault, bob: Vault) -> None:
    rekey(bob)
    rekey(ada)
    ada.edit(lambda edit: edit.change_role(bob.state.me.id, OWNER))


def by_a_team(ada: Vault, bob: Vault) -> None:
    team = ada.change(lambda copy: make_team(copy, "data"))
    ada.edit(lambda edit: edit.share(edit.find("Ünïcode 日本"), [], teams=[team]))
    ada.change(lambda copy: join_teams(copy, [team], [bob.state.me.id]))
    update(bob, "Ünïcode 日本", "EXAMPLE-of-the-team")
    ada.change(lambda copy: leave_team(copy, team, bob.state.me.id))


def by_the_settings(ada: Vault, bob: Vault) -> None:
    """What is added is shared with the team of that id, and not with a later one of its name."""
    first, second = (ada.change(lambda copy, name=name: make_team(copy, name)) for name in ("data", "ops"))  # type: ignore[misc]
    ada.change(lambda copy: join_teams(copy, [first, second], [bob.state.me.id]))
    ada.change(lambda copy: share_by_default(copy, [first, second]))
    add(ada, "shared by default", "EXAMPLE-default")
    assert secret_of(bob, "shared by default") == "EXAMPLE-default"
    ada.change(lambda copy: end_team(copy, first))
    again = ada.change(lambda copy: make_team(copy, "data"))
    ada.change(lambda copy: join_teams(copy, [again], [bob.state.me.id]))
    people = Opened(_file_of(ada), read_secret(ada.identity.secret_string)).people
    assert people.shared_by_default() == list(ada.shared_by_default) == [second]


CHANGES = [
    by_leaving,
    by_a_role,
    by_unsharing,
    by_taking_the_creator_off,
    by_his_own_unsharing,
    by_new_keys,
    by_a_team,
    by_the_settings,
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_who_may_what_is_read(
    change: Callable[[Vault, Vault], None], ada: Vault, store: SqliteStore
) -> None:
    bob, eve, ci = _shared(ada, store)
    change(ada, bob)
    both_read_alike(store, ada, eve, ci, *(() if change is by_leaving else (bob,)))


def _file_of(vault: Vault) -> Path:
    assert isinstance(vault.store, SqliteStore)
    return vault.store.path


def test_a_vault_that_was_upgraded_is_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "old.db")
    shutil.copyfile(KEPT, store.path)
    vault = Vault(store, Identity.parse(EXPECTED["identity"]))
    upgrade(vault)
    both_read_alike(store, vault)
    update(vault, "binary", "EXAMPLE-new")
    both_read_alike(store, vault)


def test_the_strings_are_as_the_page_says(ada: Vault) -> None:
    (name,) = [one for one in ada.credentials() if one.name == "binary"]
    record_id = bytes.fromhex(name.id)
    pair = sha256(label("floor"), ada.vault_id, record_id, b"binary")[:16]
    assert pair == pair_of(ada.vault_id, record_id, fold_name("Binary"))
    assert read_public(ada.identity.public_string) == ada.identity.public.keys
    vault_id, generation, head, floor = read_checkpoint(write_checkpoint(ada.checkpoint()))
    anchor = ada.anchor
    assert (vault_id, generation, head) == (anchor.vault_id, anchor.generation, anchor.head_hash)
    assert (floor.roster_length, floor.roster_hash, floor.pairs) == (anchor.roster_length, anchor.roster_hash, ())


def test_a_slot_is_as_the_page_says(ada: Vault) -> None:
    recovery_key = b"EXAMPLE key, of no use at all.32"
    slot = make_recovery_slot(recovery_key, ada.identity)
    clear, sealed = slot[:78], slot[78:]
    assert (len(slot), clear[:6], clear[22:34]) == (178, b"NXS2\1\2", bytes(12))
    key = derive(recovery_key, "recovery", clear[6:22])
    assert clear[46:] == sha256(label("commit"), key)
    floor = ada.floor.roster_length.to_bytes(4, "big") + ada.floor.roster_hash
    assert gcm_open(key, clear[34:46], sealed, clear) == ada.identity.seed + ada.vault_id + floor
    assert clear[14:22] == mac(derive(ada.identity.seed, "slot mark"), clear[6:14])[:8]


def test_what_a_machine_remembers_is_as_the_page_says(tmp_path: Path) -> None:
    store, state = SqliteStore(tmp_path / "vault.db"), tmp_path / "state"
    identity = open_new(store).identity
    anchors = AnchorFile(state, warn=pytest.fail)
    ada = Vault(store, identity, memory=MachineMemory(state, store.location, anchors))
    record = bytes.fromhex(add(ada, "Prod").id)
    assert json.loads((state / "anchors.json").read_bytes()) == {
        "version": 2,
        "vaults": {
            ada.vault_id.hex(): {
                "generation": 2,
                "head": ada.anchor.head_hash.hex(),
                "roster_length": 1,
                "roster": ada.anchor.roster_hash.hex(),
            }
        },
        "places": {store.location: {"vault_id": ada.vault_id.hex(), "generation": 2}},
    }
    folder, pins = state / "pins" / ada.vault_id.hex(), derive(identity.seed, "pins")
    by_name = _pin(folder, mac(pins, b"name\0", ada.vault_id, b"prod")[:16])
    by_record = _pin(folder, mac(pins, b"record\0", ada.vault_id, record)[:16])
    assert by_name == record
    assert (len(by_record), by_record[:8], by_record[40:48], by_record[-16:]) == (
        256,
        bytes(7) + b"\1",
        bytes(7) + b"\1",
        ada.state.me.id,
    )
    signed = (folder / "signed").read_bytes()
    assert {signed[:32], signed[32:]} == {by_record[8:40], by_record[48:80]}
    kept_key = derive(identity.seed, "kept roster")
    kept = (folder / f"roster-{mac(kept_key, b'whose')[:8].hex()}").read_bytes()
    entry = ada.state.roster.entries[0]
    assert kept[:36] == (1).to_bytes(4, "big") + ada.anchor.roster_hash
    assert gcm_open(kept_key, kept[36:48], kept[48:], ada.vault_id) == (len(entry).to_bytes(4, "big") + entry)


def _pin(folder: Path, key: bytes) -> bytes:
    data = (folder / f"{key[0]:02x}").read_bytes()
    assert data.startswith(b"NXP1")
    assert data[-16:] == sha256(data[:-16])[:16]
    found, at = {}, 4
    while at < len(data) - 16:
        size = int.from_bytes(data[at + 16 : at + 18], "big")
        found[data[at : at + 16]] = data[at + 18 : at + 18 + size]
        at += 18 + size
    return found[key]
