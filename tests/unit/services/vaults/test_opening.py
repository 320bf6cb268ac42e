from pathlib import Path

import pytest

from nexcred.errors import InvalidData, Locked, Replaced, RolledBack, UsageError, VaultExists, VaultNotFound
from nexcred.local.anchors import AnchorFile
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.services.vaults.founding import found
from nexcred.services.vaults.opening import open_vault
from nexcred.services.vaults.slots import change_passphrase
from nexcred.unlock.sources import find_source
from nexcred.unlock.unlock import unlock
from nexcred.vault.identity import Identity
from nexcred.vault.recovery_key import new_recovery_key
from nexcred.vault.slot import FLOOR, make_recovery_slot
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.standins.aventri import Aventri
from tests.unit.services.places import Warnings, keep, new_aventri

OLD, NEW = Secret("old EXAMPLE"), Secret("new EXAMPLE")


def found_with(
    store: Store, anchors: AnchorFile, passphrase: Secret | None = None, identity: Identity | None = None
) -> Vault:
    return found(
        store,
        anchors,
        organisation="Acme",
        full_name="ops",
        passphrase=passphrase,
        identity=identity,
        now=utc_now(),
        warn=print,
        cost=FLOOR,
    )


def open_by(store: Store, anchors: AnchorFile, warnings: Warnings, **environment: str) -> Vault:
    return open_vault(store, anchors, lambda s: unlock(s, find_source(None, environment, print)), warn=warnings)


def test_a_founded_vault_opens_by_its_passphrase(store: Store, anchors: AnchorFile, warnings: Warnings) -> None:
    founded = found_with(store, anchors, OLD)
    opened = open_by(store, anchors, warnings, NEXCRED_PASSPHRASE="old EXAMPLE")
    assert (opened.vault_id, opened.role, opened.organisation.name) == (founded.vault_id, "owner", "Acme")
    assert anchors.read(store.location) == opened.anchor
    assert warnings == []


def test_a_vault_founded_by_an_identity_opens_by_the_string_it_was_given_as(
    store: Store, anchors: AnchorFile, warnings: Warnings
) -> None:
    identity = Identity.generate()
    founded = found_with(store, anchors, identity=identity)
    for secret in (identity.secret_string, founded.identity.secret_string):
        assert open_by(store, anchors, warnings, NEXCRED_IDENTITY=secret).vault_id == founded.vault_id


def test_an_identity_of_another_vault_founds_none(store: Store, anchors: AnchorFile) -> None:
    with pytest.raises(UsageError, match="belongs to another vault"):
        found_with(store, anchors, identity=Identity.generate().bind(b"v" * 16))
    assert not store.exists()


@pytest.mark.parametrize("passphrase", ["", "x" * 1025, "\udcff"])
def test_case_30_a_bad_passphrase_founds_no_vault(store: Store, anchors: AnchorFile, passphrase: str) -> None:
    with pytest.raises(InvalidData):
        found_with(store, anchors, Secret(passphrase))
    assert not store.exists()


def test_a_vault_is_not_founded_over_another(vault: Vault, store: Store, anchors: AnchorFile) -> None:
    with pytest.raises(VaultExists):
        found_with(store, anchors, OLD)


def test_no_vault_is_told_apart_from_a_lost_one(store: Store, anchors: AnchorFile, warnings: Warnings) -> None:
    with pytest.raises(VaultNotFound):
        open_by(store, anchors, warnings, NEXCRED_PASSPHRASE="old EXAMPLE")
    found_with(store, anchors, OLD)
    Path(store.location.removeprefix("file://")).unlink()
    with pytest.raises(Replaced):
        open_by(store, anchors, warnings, NEXCRED_PASSPHRASE="old EXAMPLE")
    with pytest.raises(Replaced):
        found_with(store, anchors, OLD)


def test_case_13_a_vault_older_than_its_anchor_is_refused(
    vault: Vault, store: Store, anchors: AnchorFile, warnings: Warnings, aventri: Aventri
) -> None:
    path = Path(store.location.removeprefix("file://"))
    before = path.read_bytes()
    keep(vault, new_aventri(aventri))
    path.write_bytes(before)
    with pytest.raises(RolledBack):
        open_by(store, anchors, warnings, NEXCRED_IDENTITY=vault.identity.secret_string)


def test_what_another_process_wrote_is_remembered_on_reading(
    vault: Vault, store: Store, anchors: AnchorFile, warnings: Warnings, tmp_path: Path, aventri: Aventri
) -> None:
    elsewhere = AnchorFile(tmp_path / "elsewhere", warn=warnings)
    writer = open_by(store, elsewhere, warnings, NEXCRED_IDENTITY=vault.identity.secret_string)
    keep(writer, new_aventri(aventri))
    reader = open_by(store, anchors, warnings, NEXCRED_IDENTITY=vault.identity.secret_string)
    assert anchors.read(store.location) == reader.anchor == writer.anchor


def test_a_changed_passphrase_replaces_the_old_one(store: Store, anchors: AnchorFile, warnings: Warnings) -> None:
    vault = found_with(store, anchors, OLD)
    change_passphrase(vault, NEW, cost=FLOOR)
    assert open_by(store, anchors, warnings, NEXCRED_PASSPHRASE="new EXAMPLE").vault_id == vault.vault_id
    with pytest.raises(Locked):
        open_by(store, anchors, warnings, NEXCRED_PASSPHRASE="old EXAMPLE")


def test_a_changed_passphrase_keeps_slots_of_other_kinds(store: Store, anchors: AnchorFile) -> None:
    vault = found_with(store, anchors, OLD)
    with store.read() as snapshot:
        (slot,) = snapshot.slots()
    paper = make_recovery_slot(new_recovery_key(), vault.identity)
    vault.edit(lambda edit: edit.set_slots((slot, paper)))
    change_passphrase(vault, NEW, cost=FLOOR)
    with store.read() as snapshot:
        slots = snapshot.slots()
    assert len(slots) == 2
    assert slots[1] == paper
    assert slots[0] != slot


def test_a_bad_new_passphrase_changes_nothing(store: Store, anchors: AnchorFile) -> None:
    vault = found_with(store, anchors, OLD)
    generation = vault.generation
    with pytest.raises(InvalidData):
        change_passphrase(vault, Secret(""), cost=FLOOR)
    assert vault.generation == generation


def test_an_anchor_of_another_vault_is_refused(vault: Vault, store: Store, tmp_path: Path, warnings: Warnings) -> None:
    other = AnchorFile(tmp_path / "other", warn=warnings)
    other.advance(store.location, vault.anchor._replace(vault_id=b"w" * 16))
    with pytest.raises(Replaced):
        open_by(store, other, warnings, NEXCRED_IDENTITY=vault.identity.secret_string)
