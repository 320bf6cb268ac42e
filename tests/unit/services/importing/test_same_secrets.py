"""The same secret in another record is named; nobody is asked for that, and nothing is remembered."""

import shutil
from pathlib import Path

import pytest

from nexcred.model.secret import Secret
from nexcred.services.importing import same_secrets
from nexcred.services.importing.found import ImportCandidate
from nexcred.services.importing.plan import plan_import
from nexcred.services.importing.same_secrets import with_same_secrets
from nexcred.services.importing.save import save_items
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.fuzz.kept_vaults import FIRST_VAULT, IDENTITIES


def resci(name: str, key: str) -> ImportCandidate:
    return ImportCandidate(f"of {name}", "resci", {"api_key": Secret(key)}, name=name)


def same_as(vault: Vault, *found: ImportCandidate) -> list[tuple[str, ...]]:
    return [item.same_as for item in with_same_secrets(vault, plan_import(vault, found, ()))]


def test_in_the_vault_and_among_what_is_imported(vault: Vault) -> None:
    save_items(vault, plan_import(vault, [resci("a", "one-EXAMPLE"), resci("b", "two-EXAMPLE")], ()), {})
    found = (resci("c", "one-EXAMPLE"), resci("d", "one-EXAMPLE"), resci("e", "three-EXAMPLE"), resci("f", "tiny"))
    assert same_as(vault, *found) == [("a/api_key", "d/api_key"), ("a/api_key", "c/api_key"), (), ()]


def test_a_large_vault_is_not_looked_through(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_secrets, "MOST_COMPARED", 0)
    save_items(vault, plan_import(vault, [resci("a", "one-EXAMPLE")], ()), {})
    assert same_as(vault, resci("c", "one-EXAMPLE")) == [()]


def test_a_vault_of_the_first_version(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    shutil.copy(FIRST_VAULT, path)
    vault = Vault(SqliteStore(path), Identity.parse(IDENTITIES[FIRST_VAULT]))
    assert same_as(vault, resci("c", "one-EXAMPLE")) == [()]
