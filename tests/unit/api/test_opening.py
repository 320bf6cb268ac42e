"""`nexcred.open()`: the ways to unlock, in their order, and never a question."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import nexcred
from nexcred.errors import Locked, Tampered, UsageError, VaultNotFound
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.forging import lead_nowhere
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program_fixtures import PASSPHRASE
from tests.support.standins import Aha


def test_the_environment_opens_the_default_vault(home: Opened, aha: Aha) -> None:
    assert home.add(aha).code == 0
    vault = nexcred.open()
    assert (vault.names(), list(vault), len(vault)) == (["aha"], ["aha"], 1)
    assert "AHA" in vault
    assert "resci" not in vault
    assert "no/name" not in vault
    assert 4711 not in vault


def test_a_record_that_does_not_open_is_told_to_the_log_and_the_others_are_served(
    home: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    keep(home, "prod", "gone")
    (path,) = home.home.rglob("vault.db")
    lead_nowhere(Vault(SqliteStore(path), Identity.parse(os.environ["NEXCRED_IDENTITY"])), "gone")
    vault = nexcred.open()
    for _ in range(2):
        assert vault.names() == ["prod"]
    (told,) = caplog.records
    assert (told.name, told.levelname) == ("nexcred", "WARNING")
    assert "a record of the vault is missing" in told.getMessage()
    with pytest.raises(Tampered):
        vault["gone"]
    with pytest.raises(Tampered):
        "gone" in vault  # noqa: B015


def test_what_is_given_wins_over_the_environment(home: Opened, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    identity = os.environ["NEXCRED_IDENTITY"]
    file = tmp_path / "identity"
    file.touch(mode=0o600)
    file.write_text(f"# of ci\n{identity}\n")
    monkeypatch.setenv("NEXCRED_IDENTITY", "not an identity")
    assert nexcred.open(identity=identity).names() == []
    assert nexcred.open(identity_file=file).names() == []
    assert nexcred.open(identity_file=str(file)).names() == []
    with pytest.raises(Locked, match="NEXCRED_IDENTITY"):
        nexcred.open()
    with pytest.raises(Locked, match=r"^identity: "):
        nexcred.open(identity="NEXCRED-ID-1WRONG")
    with pytest.raises(UsageError, match="one way to unlock, not identity and passphrase"):
        nexcred.open(identity=identity, passphrase="EXAMPLE")


def test_a_passphrase_opens_a_vault_at_a_path(home: Opened, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    del home.environment["NEXCRED_IDENTITY"]
    made = home("vault", "init", "--vault", str(path), environment={"NEXCRED_PASSPHRASE": PASSPHRASE})
    assert made.code == 0, made.err
    assert nexcred.open(path, passphrase=PASSPHRASE).names() == []
    with pytest.raises(Locked, match="does not open"):
        nexcred.open(f"file://{path}", passphrase="wrong EXAMPLE")


def test_nobody_is_asked(home: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEXCRED_IDENTITY")
    with pytest.raises(Locked, match="nothing was given") as locked:
        nexcred.open()
    assert "nexcred.open()" in locked.value.hint


def test_no_vault_is_said(home: Opened, tmp_path: Path) -> None:
    with pytest.raises(VaultNotFound):
        nexcred.open(tmp_path / "none.db")


def test_importing_costs_nothing() -> None:
    program = "import sys, nexcred; print(*{name.partition('.')[0] for name in sys.modules})"
    run = [sys.executable, "-I", "-c", program]
    loaded = set(subprocess.run(run, capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"requests", "urllib3", "typer", "rich", "msgspec", "cryptography", "keyring", "sqlite3"}


def test_a_name_that_the_package_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'opened'"):
        nexcred.opened  # type: ignore[attr-defined]  # noqa: B018
