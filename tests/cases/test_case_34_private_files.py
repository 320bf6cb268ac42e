"""Case 34: umask 000 → 0600/0700, journal included."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change

CHANGE = Change(head=b"head-1", generation=1)


@pytest.fixture(params=[0o000, 0o022, 0o777])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_case_34_vault_folder_and_journal_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "data" / "nexcred" / "vault.db"
    with (store := SqliteStore(path)).write():
        assert store.commit(CHANGE, None)
    assert [mode(path), mode(path.parent), mode(path.parent.parent)] == [0o600, 0o700, 0o700]
    # A change larger than the page cache spills, so that the journal is on disk before the commit.
    big = {number.to_bytes(32, "big"): bytes(500_000) for number in range(16)}
    seen: list[int] = []

    def look(_number: int) -> bytes:
        journal = path.with_name("vault.db-journal")
        seen.extend([mode(journal)] if journal.exists() else [])
        return b"leaf"

    class Leaves(dict[int, bytes]):
        def items(self):  # type: ignore[no-untyped-def]
            return ((number, look(number)) for number in range(3))

    with store.write():
        assert store.commit(Change(head=b"head-2", generation=2, items=big, leaves=Leaves()), b"head-1")
    assert seen
    assert set(seen) == {0o600}


def test_case_34_a_mode_too_wide_is_narrowed(tmp_path: Path) -> None:
    own = tmp_path / "nexcred"
    path = own / "vault.db"
    with (store := SqliteStore(path, own_folder=own)).write():
        assert store.commit(CHANGE, None)
    path.chmod(0o666)
    own.chmod(0o777)
    with SqliteStore(path, own_folder=own).read():
        assert (mode(path), mode(own)) == (0o600, 0o700)


def test_case_34_a_folder_that_is_not_nexcreds_keeps_its_mode(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    with (store := SqliteStore(shared / "vault.db", own_folder=tmp_path / "nexcred")).write():
        assert store.commit(CHANGE, None)
    assert mode(shared) == 0o755
