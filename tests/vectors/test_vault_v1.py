"""A vault that the first version wrote is read, proved and written by this one."""

import hashlib
import shutil
from pathlib import Path

import pytest

from nexcred.errors import RolledBack, Tampered
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.public_header import read_public_header
from nexcred.vault.slot import FLOOR, SlotInfo, open_passphrase_slot
from nexcred.vault.upgrade import Upgraded, upgrade
from nexcred.vault.vault import Vault
from nexcred.vault.verify import VerifyReport
from tests.support.remembering import seen
from tests.support.sample_vault import add, describe, details, remove, update
from tests.vectors.telling import tell
from tests.vectors.vault_v1 import EXPECTED, KEPT

TOLD = {key: value for key, value in EXPECTED.items() if key not in ("identity", "passphrase")}
SHA256 = "a412c124645738a441f2a07dc06d8146e43c3bec7263874e794fc652ddabe424"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    copy = tmp_path / "vault.db"
    shutil.copyfile(KEPT, copy)
    return copy


def identity_by_passphrase(path: Path) -> Identity:
    with SqliteStore(path).read() as snapshot:
        (slot,) = snapshot.slots()
    return open_passphrase_slot(slot, EXPECTED["passphrase"])


def test_the_kept_vault_was_not_made_anew() -> None:
    assert hashlib.sha256(KEPT.read_bytes()).hexdigest() == SHA256


def test_its_identity_and_its_passphrase_open_the_same(path: Path) -> None:
    by_string, by_passphrase = Identity.parse(EXPECTED["identity"]), identity_by_passphrase(path)
    assert by_string.secret_string == by_passphrase.secret_string == EXPECTED["identity"]
    for identity in (by_string, by_passphrase):
        assert tell(Vault(SqliteStore(path), identity)) == TOLD


def test_its_outline_is_as_it_was(path: Path) -> None:
    with SqliteStore(path).read() as snapshot:
        outline = read_public_header(snapshot)
    assert outline == (bytes.fromhex(EXPECTED["vault_id"]), 1, EXPECTED["generation"], 1, (SlotInfo(1, FLOOR),))


def test_it_is_proved_whole(path: Path) -> None:
    vault = Vault(SqliteStore(path), Identity.parse(EXPECTED["identity"]))
    assert vault.verify() == VerifyReport(credentials=4, opened=4, past_revisions=2, strays=0)


def test_reading_it_changes_nothing(path: Path) -> None:
    vault = Vault(SqliteStore(path), Identity.parse(EXPECTED["identity"]))
    assert tell(vault) == TOLD
    assert path.read_bytes() == KEPT.read_bytes()
    assert list(path.parent.iterdir()) == [path]


def test_its_first_write_brings_it_to_version_2(path: Path) -> None:
    vault = Vault(SqliteStore(path), Identity.parse(EXPECTED["identity"]))
    first = vault.anchor
    add(vault, "added")
    update(vault, "prod events", "EXAMPLE-fourth")
    describe(vault, "new name", "described")
    remove(vault, "binary")
    again = Vault(SqliteStore(path), Identity.parse(EXPECTED["identity"]), memory=seen(first))
    assert again.names() == ["added", "new name", "Prod Events", "Ünïcode 日本 🔑"]
    assert again.details(again.find("Prod Events")) == details("EXAMPLE-fourth")
    assert [one.version for one in again.history(again.find("Prod Events"))] == [4, 3, 2, 1]
    assert again.verify() == VerifyReport(credentials=4, opened=4, past_revisions=3, strays=0, removed=1)
    untouched = next(one for one in tell(again)["credentials"] if one["credential"]["name"].startswith("Ü"))
    assert untouched in TOLD["credentials"]


def test_what_was_in_it_is_the_same_after_the_upgrade(path: Path) -> None:
    vault = Vault(SqliteStore(path), Identity.parse(EXPECTED["identity"]))
    assert upgrade(vault) == Upgraded(credentials=4, inherited=0, disputed=())
    assert not vault.state.roster.is_first_format
    assert vault.verify() == VerifyReport(credentials=4, opened=4, past_revisions=2, strays=0)
    told = tell(vault)
    written = ("generation", "head_hash", "roster_hash")
    assert {key: told[key] for key in told if key not in written} == {
        key: TOLD[key] for key in TOLD if key not in written
    }


def test_version_2_is_for_good(path: Path) -> None:
    vault = Vault(SqliteStore(path), Identity.parse(EXPECTED["identity"]))
    first = vault.anchor
    upgrade(vault)
    older = SqliteStore(path.with_name("older.db"))
    shutil.copyfile(KEPT, older.path)
    with pytest.raises(RolledBack):
        Vault(older, vault.identity)
    with pytest.raises(RolledBack):
        Vault(older, Identity.parse(EXPECTED["identity"]), memory=seen(vault.anchor))
    assert Vault(SqliteStore(path), Identity.parse(EXPECTED["identity"]), memory=seen(first)).size == 4
    with pytest.raises(Tampered):
        upgrade(vault)
