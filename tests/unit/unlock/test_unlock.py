import unicodedata
from pathlib import Path

import pytest

from nexcred.errors import Locked, NexcredError, Tampered, VaultNotFound
from nexcred.unlock.sources import find_source
from nexcred.unlock.unlock import unlock
from nexcred.vault.identity import Identity
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.unit.unlock.conftest import PASSPHRASE


def unlock_with(store: Store, **environment: str) -> Identity:
    return unlock(store, find_source(None, environment, print))


def test_an_identity_string_unlocks(store: Store, founder: Identity) -> None:
    assert unlock_with(store, NEXCRED_IDENTITY=founder.secret_string).fingerprint == founder.fingerprint


def test_an_identity_file_unlocks(store: Store, founder: Identity, tmp_path: Path) -> None:
    path = tmp_path / "identity"
    path.touch(mode=0o600)
    path.write_text(founder.secret_string + "\n")
    assert unlock(store, find_source(str(path), {}, print)).fingerprint == founder.fingerprint


def test_a_passphrase_unlocks(store: Store, founder: Identity) -> None:
    found = unlock_with(store, NEXCRED_PASSPHRASE=PASSPHRASE)
    assert (found.fingerprint, found.vault_id) == (founder.fingerprint, founder.vault_id)


def test_case_30_a_passphrase_in_another_normal_form_is_the_same(store: Store, founder: Identity) -> None:
    decomposed = unicodedata.normalize("NFD", PASSPHRASE)
    assert decomposed != PASSPHRASE
    assert unlock_with(store, NEXCRED_PASSPHRASE=decomposed).fingerprint == founder.fingerprint


def test_a_typed_passphrase_unlocks(store: Store, founder: Identity) -> None:
    assert unlock(store, None, ask=lambda *_: PASSPHRASE).fingerprint == founder.fingerprint


def test_a_way_that_needs_nothing_given_comes_before_the_prompt(store: Store, founder: Identity) -> None:
    def ask(_wrong: str, _left: int) -> str:
        raise AssertionError("nobody should be asked")

    assert unlock(store, None, unasked=[lambda: None, lambda: founder], ask=ask) is founder


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"NEXCRED_PASSPHRASE": "wrong EXAMPLE"}, "NEXCRED_PASSPHRASE"),
        ({"NEXCRED_PASSPHRASE": "x" * 1025}, "NEXCRED_PASSPHRASE"),
        ({"NEXCRED_PASSPHRASE": "x" * 1_000_000}, "NEXCRED_PASSPHRASE"),
        ({"NEXCRED_PASSPHRASE": "\udcff"}, "NEXCRED_PASSPHRASE"),
        ({"NEXCRED_PASSPHRASE": PASSPHRASE + "\n"}, "NEXCRED_PASSPHRASE"),
        ({"NEXCRED_PASSPHRASE": ""}, "NEXCRED_PASSPHRASE"),
        ({"NEXCRED_PASSPHRASE": PASSPHRASE, "NEXCRED_IDENTITY": "NEXCRED-SECRET-1WRONG"}, "NEXCRED_IDENTITY"),
        ({"NEXCRED_PASSPHRASE": PASSPHRASE, "NEXCRED_IDENTITY": "\udcff"}, "NEXCRED_IDENTITY"),
        ({"NEXCRED_PASSPHRASE": PASSPHRASE, "NEXCRED_IDENTITY_FILE": "/nothing/here"}, "NEXCRED_IDENTITY_FILE"),
        ({"NEXCRED_PASSPHRASE": PASSPHRASE, "NEXCRED_PASSPHRASE_FILE": "/nothing/here"}, "NEXCRED_PASSPHRASE_FILE"),
    ],
)
def test_case_30_the_first_way_decides_and_is_named_without_its_secret(
    store: Store, founder: Identity, environment: dict[str, str], named: str
) -> None:
    with pytest.raises(Locked) as caught:
        unlock(store, find_source(None, environment, print), ask=lambda *_: PASSPHRASE)
    assert named in caught.value.message
    assert "EXAMPLE" not in caught.value.message
    assert "WRONG" not in caught.value.message


def test_nothing_given_names_the_choices(store: Store, founder: Identity) -> None:
    with pytest.raises(Locked) as caught:
        unlock(store, None)
    for choice in ("--identity-file", "NEXCRED_IDENTITY_FILE", "NEXCRED_PASSPHRASE"):
        assert choice in caught.value.hint


def test_a_mistyped_passphrase_is_asked_for_again(store: Store, founder: Identity) -> None:
    typed = ["wrong", "", PASSPHRASE]
    told: list[tuple[str, int]] = []

    def ask(wrong: str, left: int) -> str:
        told.append((wrong, left))
        return typed[len(told) - 1]

    assert unlock(store, None, ask=ask).fingerprint == founder.fingerprint
    wrong = "this passphrase does not open the vault"
    assert told == [("", 3), (wrong, 2), ("the passphrase is empty", 1)]


def test_the_third_wrong_passphrase_is_the_last(store: Store, founder: Identity) -> None:
    told: list[tuple[str, int]] = []

    def ask(wrong: str, left: int) -> str:
        told.append((wrong, left))
        return "wrong"

    with pytest.raises(Locked, match="does not open the vault") as caught:
        unlock(store, None, ask=ask)
    assert len(told) == 3
    assert "--identity-file" in caught.value.hint


def test_without_a_vault_there_is_nothing_to_open(store: Store) -> None:
    with pytest.raises(VaultNotFound):
        unlock_with(store, NEXCRED_PASSPHRASE=PASSPHRASE)


def put_slots(store: Store, founder: Identity, *slots: bytes) -> None:
    Vault(store, founder).edit(lambda edit: edit.set_slots(slots))


def test_a_vault_without_slots_says_that_no_passphrase_opens_it(store: Store, founder: Identity) -> None:
    put_slots(store, founder)
    with pytest.raises(Locked, match="not with a passphrase"):
        unlock_with(store, NEXCRED_PASSPHRASE=PASSPHRASE)


def test_a_multitude_of_slots_is_refused_before_deriving(store: Store, founder: Identity) -> None:
    with store.read() as snapshot:
        (slot,) = snapshot.slots()
    put_slots(store, founder, *[slot] * 9)
    with pytest.raises(Tampered):
        unlock_with(store, NEXCRED_PASSPHRASE="wrong")


def test_a_damaged_slot_is_refused(store: Store, founder: Identity) -> None:
    put_slots(store, founder, b"NXS1 cut")
    with pytest.raises(NexcredError) as caught:
        unlock_with(store, NEXCRED_PASSPHRASE=PASSPHRASE)
    assert caught.value.exit_code == 9
