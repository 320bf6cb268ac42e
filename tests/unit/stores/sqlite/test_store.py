import sqlite3
from pathlib import Path

import pytest

from nexcred.errors import InvalidData, MadeByNewer, StoreFailed, Tampered, VaultBusy, VaultNotFound
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.bounds import LEAF
from nexcred.vault.store import Change

CHANGE = Change(head=b"head-1", generation=1, items={bytes(32): b"sealed"}, tree=b"tree")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with (store := SqliteStore(tmp_path / "vault.db")).write():
        assert store.commit(CHANGE, None)
    return tmp_path / "vault.db"


def read_head(path: Path) -> bytes | None:
    with SqliteStore(path).read() as snapshot:
        return snapshot.head()


def read_through(path: Path) -> None:
    with SqliteStore(path).read() as snapshot:
        snapshot.head()
        snapshot.tree()
        list(snapshot.items(list(snapshot.item_digests())))
        for table in (snapshot.access, snapshot.chain, snapshot.roster, snapshot.slots):
            table()
        list(snapshot.leaves())


def run_sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_location_is_the_same_by_every_way_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    plain = SqliteStore(tmp_path / "real" / "my vault.db").location
    assert plain == f"file://{tmp_path.resolve()}/real/my%20vault.db"
    assert SqliteStore(Path("link/my vault.db")).location == plain


def test_odd_file_names_are_taken_literally(tmp_path: Path) -> None:
    path = tmp_path / "odd?mode=memory#%41 &é.db"
    with (store := SqliteStore(path)).write():
        assert store.commit(CHANGE, None)
    assert path.stat().st_size > 0
    assert read_head(path) == b"head-1"


def test_an_empty_file_is_no_vault_and_may_become_one(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    path.touch()
    assert not SqliteStore(path).exists()
    with pytest.raises(VaultNotFound):
        read_head(path)
    with (store := SqliteStore(path)).write():
        assert store.commit(CHANGE, None)
    assert read_head(path) == b"head-1"


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(Tampered):
        read_head(path)
    with pytest.raises(Tampered), SqliteStore(path).write():
        pass


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    run_sql(path, "CREATE TABLE notes (text)")
    before = path.read_bytes()
    with pytest.raises(Tampered), SqliteStore(path).write():
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TABLE extra (a)",
        "CREATE INDEX planted ON head (sealed)",
        "CREATE TRIGGER planted AFTER INSERT ON head BEGIN DELETE FROM item; END",
        "CREATE VIEW record AS SELECT sealed FROM item",
        "DROP TABLE chain",
        "ALTER TABLE item ADD COLUMN more BLOB",
        "PRAGMA user_version=0",
        "PRAGMA application_id=1",
    ],
)
def test_a_planted_or_missing_table_is_refused(path: Path, planted: str) -> None:
    run_sql(path, planted)
    with pytest.raises(Tampered):
        read_head(path)
    with pytest.raises(Tampered), SqliteStore(path).write():
        pass


def test_a_view_in_place_of_a_table_is_refused(path: Path) -> None:
    run_sql(path, "DROP TABLE head", "CREATE VIEW head AS SELECT 9 AS generation, x'00' AS sealed")
    with pytest.raises(Tampered):
        read_head(path)


def test_another_journal_mode_is_refused(path: Path) -> None:
    run_sql(path, "PRAGMA journal_mode=WAL", "UPDATE tree SET sealed = x'00'")
    with pytest.raises(Tampered):
        read_head(path)


def test_a_later_layout_is_named_as_such(path: Path) -> None:
    run_sql(path, "PRAGMA user_version=2", "CREATE TABLE attachment (a)")
    with pytest.raises(MadeByNewer):
        read_head(path)


def test_a_huge_value_is_refused_without_being_read(path: Path) -> None:
    run_sql(path, f"UPDATE tree SET sealed = zeroblob({20 * 1024 * 1024})")
    with pytest.raises(Tampered), SqliteStore(path).read() as snapshot:
        snapshot.tree()


def test_leaves_are_counted_over_all_writes(path: Path) -> None:
    most = LEAF.total // LEAF.row
    full = Change(head=b"head-2", generation=2, leaves=dict.fromkeys(range(most), bytes(LEAF.row)))
    with (store := SqliteStore(path)).write():
        assert store.commit(full, b"head-1")
    more = Change(head=b"head-3", generation=3, leaves={most: b"leaf"})
    with pytest.raises(InvalidData), (store := SqliteStore(path)).write():
        store.commit(more, b"head-2")
    with (store := SqliteStore(path)).write():
        assert store.commit(more._replace(leaves={0: b"", most: b"leaf"}), b"head-2")
    with SqliteStore(path).read() as snapshot:
        assert [index for index, _ in snapshot.leaves()] == list(range(1, most + 1))


def test_a_value_of_another_type_is_refused(path: Path) -> None:
    run_sql(
        path,
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL) STRICT', ')') WHERE name = 'tree'",
    )
    run_sql(path, "UPDATE tree SET sealed = 7")
    run_sql(
        path,
        "PRAGMA writable_schema=ON",
        "UPDATE sqlite_master SET sql = replace(sql, ')', ' NOT NULL) STRICT') WHERE name = 'tree'",
    )
    with pytest.raises(Tampered), SqliteStore(path).read() as snapshot:
        snapshot.tree()


@pytest.mark.parametrize("length", [1, 16, 99, 100, 512, 4096, 5000, 12288])
def test_a_truncated_file_is_refused_when_read_through(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(Tampered):
        read_through(path)


def test_a_writer_waits_for_the_lock_and_gives_up(path: Path) -> None:
    with SqliteStore(path).write(), pytest.raises(VaultBusy), SqliteStore(path, lock_timeout_s=0.05).write():
        pass


def test_a_commit_that_readers_hold_up_gives_up_and_changes_nothing(path: Path) -> None:
    store = SqliteStore(path, lock_timeout_s=0.05)
    with SqliteStore(path).read() as reader:
        with pytest.raises(VaultBusy), store.write():
            store.commit(Change(head=b"head-2", generation=2), b"head-1")
        assert reader.head() == b"head-1"
    assert read_head(path) == b"head-1"


def test_commit_belongs_inside_write(path: Path) -> None:
    with pytest.raises(RuntimeError):
        SqliteStore(path).commit(CHANGE, None)


def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreFailed, match="cannot be made"), SqliteStore(tmp_path / "file" / "vault.db").write():
        pass


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "vault.db"
    with (store := SqliteStore(path)).write():
        assert store.commit(CHANGE, None)
    assert read_head(path) == b"head-1"
