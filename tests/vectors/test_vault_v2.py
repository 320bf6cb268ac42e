"""A vault that version 2 wrote is read, proved and written by this one, and by the second reader."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.checkpoint import read_checkpoint
from nexcred.vault.identity import Identity
from nexcred.vault.slot import open_passphrase_slot
from nexcred.vault.vault import Vault
from tests.support.sample_vault import add, update
from tests.vectors.second_primitives import read_secret
from tests.vectors.second_reader import read_vault
from tests.vectors.telling import tell, without_words

HERE = Path(__file__).parent
KEPT = HERE / "vault-v2.db"
EXPECTED: dict[str, Any] = json.loads((HERE / "vault-v2.json").read_bytes())
PEOPLE: dict[str, Any] = EXPECTED["people"]
SHA256 = "c28aaf77f5aa112b3ad1acdd114f4d6f8f07f528fa4308dda6f6c7836eae07bb"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    copy = tmp_path / "vault.db"
    shutil.copyfile(KEPT, copy)
    return copy


def opened(path: Path, name: str) -> Vault:
    line = PEOPLE[name].get("checkpoint")
    checkpoint = None if line is None else read_checkpoint(line)
    return Vault(SqliteStore(path), Identity.parse(PEOPLE[name]["identity"]), checkpoint=checkpoint)


def _read(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields as the second reader says them, from how they are told."""
    return {name: _secret(one) if isinstance(one, dict) else one for name, one in fields.items()}


def _secret(told: dict[str, str]) -> str | bytes:
    return bytes.fromhex(told["hex"]) if "hex" in told else told["text"]


def test_the_kept_vault_was_not_made_anew() -> None:
    assert hashlib.sha256(KEPT.read_bytes()).hexdigest() == SHA256


@pytest.mark.parametrize("name", PEOPLE)
def test_everybody_finds_what_he_found(path: Path, name: str) -> None:
    assert without_words(tell(opened(path, name))) == without_words(PEOPLE[name]["told"])


@pytest.mark.parametrize("name", PEOPLE)
def test_the_second_reader_finds_the_same(path: Path, name: str) -> None:
    found = read_vault(path, read_secret(PEOPLE[name]["identity"]))
    told = {one["credential"]["name"]: one for one in PEOPLE[name]["told"]["credentials"]}
    assert found.keys() == told.keys()
    for credential, read in found.items():
        assert read.revisions == [_read(one["details"]["fields"]) for one in told[credential].get("history", ())]
        assert read.session == told[credential].get("session")


def test_the_passphrase_opens_it(path: Path) -> None:
    with SqliteStore(path).read() as snapshot:
        (slot,) = snapshot.slots()
    opened_by_it = open_passphrase_slot(slot, EXPECTED["passphrase"])
    assert opened_by_it.fingerprint == Identity.parse(PEOPLE["Ada"]["identity"]).fingerprint


def test_it_is_proved_whole_and_goes_on(path: Path) -> None:
    ada = opened(path, "Ada")
    report = ada.verify()
    assert (report.credentials, report.strays, report.faults) == (4, 0, ())
    assert report.waiting == ("bob's",)
    add(ada, "new", "EXAMPLE-new")
    update(ada, "Prod Events", "EXAMPLE-newer")
    names = [one.name for one in opened(path, "Rea").credentials()]
    assert "new" in names
    assert opened(path, "Rea").history(opened(path, "Rea").find("Prod Events"))[0].version == 4


def test_its_checkpoint_is_still_of_it(path: Path) -> None:
    ada = Vault(
        SqliteStore(path),
        Identity.parse(PEOPLE["Ada"]["identity"]),
        checkpoint=read_checkpoint(EXPECTED["checkpoint"]),
    )
    assert ada.vault_id.hex() == PEOPLE["Ada"]["told"]["vault_id"]


def test_who_holds_by_a_team_is_told_so(path: Path) -> None:
    held = {one.name: one.access_roles for one in opened(path, "Cyd").credentials()}
    assert [name for name, roles in held.items() if "team:data" in roles] == ["binary"]
