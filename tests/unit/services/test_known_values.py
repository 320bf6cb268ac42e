"""What was read under one head is read so still, and under no other."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexcred.errors import CredentialNotFound, NexcredError, NotPermitted
from nexcred.services.known_values import KnownValues
from nexcred.stores.sqlite.store import SqliteSnapshot, SqliteStore
from nexcred.vault.vault import Vault
from tests.support.opened import Opened
from tests.support.people import KEY, as_who_holds, keep, vault_of


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a minute pass after every write: its file system would notice the next."""
    now = time.time_ns
    monkeypatch.setattr("nexcred.local.file_mark.time.time_ns", lambda: now() + 60_000_000_000)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Note each time that the vault's file is opened."""
    seen: list[Path] = []
    begin = SqliteSnapshot.__init__

    def noted(self: SqliteSnapshot, connection: object, path: Path, *, is_vault: bool) -> None:
        seen.append(path)
        begin(self, connection, path, is_vault=is_vault)  # type: ignore[arg-type]

    monkeypatch.setattr(SqliteSnapshot, "__init__", noted)
    return seen


def _key(known: KnownValues, name: str) -> str:
    return str(known.opened(known.find(name)).details.fields["api_key"].reveal())  # type: ignore[union-attr]


def test_the_file_is_opened_once_while_nobody_writes(opened: Opened, settled: None, readings: list[Path]) -> None:
    keep(opened, "prod")
    known = KnownValues(vault_of(opened))
    assert _key(known, "prod") == KEY.format("prod")
    count = len(readings)
    assert [_key(known, name) for name in ("prod", "PROD", "prod")] == [KEY.format("prod")] * 3
    assert len(readings) == count


def test_soon_after_a_write_the_file_is_opened(opened: Opened, readings: list[Path]) -> None:
    keep(opened, "prod")
    known = KnownValues(vault_of(opened))
    assert known.find("prod") == known.find("prod")
    count = len(readings)
    assert known.find("prod").name == "prod"
    assert len(readings) > count


@pytest.mark.parametrize("is_settled", [False, True])
def test_what_another_process_writes_is_seen(opened: Opened, is_settled: bool, request: pytest.FixtureRequest) -> None:
    assert not is_settled or request.getfixturevalue("settled") is None
    keep(opened, "prod", "test")
    known = KnownValues(vault_of(opened))
    before = known.find("prod")
    for number in range(3):
        held = f"EXAMPLE-{number}".encode()
        assert opened("update", "prod", "--set", "api_key=-", "--no-probe", stdin=held).code == 0
        assert _key(known, "prod") == f"EXAMPLE-{number}"
        assert _key(known, "test") == KEY.format("test")
    assert known.opened(before).details.fields["api_key"].reveal() == KEY.format("prod")  # type: ignore[union-attr]
    assert opened("remove", "prod", "--yes").code == 0
    with pytest.raises(CredentialNotFound):
        known.find("prod")
    with pytest.raises(CredentialNotFound):
        known.opened(before)


def test_a_guest_ends_in_the_middle(opened: Opened, settled: None) -> None:
    keep(opened, "prod")
    made = opened("identity", "new", "ci", "--grant", "prod", "--until", "12h")
    guest = as_who_holds(opened, made.out.strip())
    now = [datetime.now(UTC)]
    first = vault_of(guest)
    vault = Vault(SqliteStore(Path(str(first.store.path))), first.identity, now=lambda: now[0])
    known = KnownValues(vault)
    assert _key(known, "prod") == KEY.format("prod")
    now[0] += timedelta(hours=13)
    with pytest.raises(NotPermitted, match="let in until a time that has passed"):
        known.find("prod")
    with pytest.raises(NotPermitted, match="let in until a time that has passed"):
        vault.find("prod")


def test_another_file_in_its_place_is_seen(opened: Opened, settled: None) -> None:
    keep(opened, "prod")
    vault = vault_of(opened)
    known = KnownValues(vault)
    path = Path(str(vault.store.path))
    assert known.find("prod").name == "prod"
    path.rename(path.with_suffix(".away"))
    with pytest.raises(NexcredError):
        known.find("prod")
    path.with_suffix(".away").rename(path)
    assert known.find("prod").name == "prod"


def test_it_is_bounded(opened: Opened, monkeypatch: pytest.MonkeyPatch, settled: None) -> None:
    keep(opened, "a", "b", "c")
    monkeypatch.setattr("nexcred.services.known_values._MOST", 2)
    known = KnownValues(vault_of(opened))
    assert [_key(known, name) for name in "abcabc"] == [KEY.format(name) for name in "abcabc"]
    assert (len(known._found), len(known._opened)) == (2, 2)
