"""Cases 10 and 11: a row deleted; row and leaf entry; a row twice; only the name index damaged: never "not found"."""

from pathlib import Path

import pytest

from nexcred.errors import Damaged, NotPermitted, RolledBack, VaultNotFound
from nexcred.model.name import fold_name
from nexcred.vault.open_state import open_state
from nexcred.vault.primitives import digest
from nexcred.vault.record import DETAILS, OVERVIEW
from nexcred.vault.store import MAX_ROWS
from nexcred.vault.transaction import Transaction
from nexcred.vault.tree import drop_from_leaf, name_tag, put_in_leaf, replace_leaf_hashes
from nexcred.vault.vault import Vault
from tests.support.carried_file import file_store
from tests.support.forging import overview_of, write_as_no_honest_program
from tests.support.sample_vault import add, details, open_new
from tests.support.vault_file import (
    assert_faults,
    assert_named,
    assert_tampered,
    details_of,
    open_file,
    proved,
    query,
    read_all,
    records,
    run_sql,
)

NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path) -> Vault:
    vault = open_new(file_store(path))
    for name in ("A", "B"):
        add(vault, name)
    return vault


def record_of(vault: Vault, name: str) -> bytes:
    return overview_of(vault, name).record_id


def tag_of(vault: Vault, name: str) -> bytes:
    with vault._store.read() as snapshot:
        return name_tag(open_state(snapshot, vault.identity, None).keys.name, name)


@pytest.mark.parametrize("table", ["head", "tree", "access", "roster", "leaf", "item"])
def test_case_10_the_last_row_of_a_table_deleted(path: Path, vault: Vault, table: str) -> None:
    run_sql(path, f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")
    with pytest.raises((Damaged, NotPermitted)):
        read_all(path, vault.identity)


@pytest.mark.parametrize("table", ["tree", "access", "roster", "leaf", "item"])
def test_case_10_a_table_emptied(path: Path, vault: Vault, table: str) -> None:
    run_sql(path, f"DELETE FROM {table}")
    with pytest.raises((Damaged, NotPermitted)):
        read_all(path, vault.identity)
    with pytest.raises((Damaged, NotPermitted)):
        details_of(open_file(path, vault.identity), "A")


def test_case_10_all_heads_deleted_is_no_vault_only_where_none_was_seen(path: Path, vault: Vault) -> None:
    run_sql(path, "DELETE FROM head")
    with pytest.raises(VaultNotFound):
        open_file(path, vault.identity)
    with pytest.raises(RolledBack):
        open_file(path, vault.identity, vault.anchor)


def test_case_10_an_overview_deleted(path: Path, vault: Vault) -> None:
    of_a = next(name for name, sealed in records(path, OVERVIEW).items() if sealed[22:38] == record_of(vault, "A"))
    run_sql(path, "DELETE FROM item WHERE digest = ?", of_a)
    reader = open_file(path, vault.identity)
    assert_tampered(lambda: reader.find("A"), lambda: reader.has("A"), lambda: add(reader, "A"))
    assert_named(reader, ["B"])
    assert_faults(reader, "a record of the vault is missing")
    assert details_of(reader, "B") == details()
    run_sql(path, "DELETE FROM item WHERE digest IN (SELECT digest FROM item WHERE substr(sealed, 6, 1) = x'01')")
    assert_named(reader, [], problems=2)


def test_case_10_details_deleted(path: Path, vault: Vault) -> None:
    run_sql(path, "DELETE FROM item WHERE digest = ?", overview_of(vault, "A").details)
    reader = open_file(path, vault.identity)
    assert_tampered(lambda: details_of(reader, "A"))
    assert_faults(reader, "a record of the vault is missing")
    assert details_of(reader, "B") == details()


def test_case_10_a_row_and_its_leaf_entry_deleted(path: Path, vault: Vault) -> None:
    tag = tag_of(vault, "A")
    ((leaf,),) = query(path, "SELECT sealed FROM leaf WHERE id = ?", tag[0])
    smaller = drop_from_leaf(leaf, tag)
    if smaller:
        run_sql(path, "UPDATE leaf SET sealed = ? WHERE id = ?", smaller, tag[0])
    else:
        run_sql(path, "DELETE FROM leaf WHERE id = ?", tag[0])
    reader = open_file(path, vault.identity)
    assert_tampered(lambda: reader.find("A"), lambda: reader.has("A"), reader.credentials, reader.verify)
    assert_tampered(lambda: add(reader, "A"))


def test_case_10_a_row_its_leaf_entry_and_the_leaf_hash_deleted(path: Path, vault: Vault) -> None:
    tag = tag_of(vault, "A")
    ((leaf,),) = query(path, "SELECT sealed FROM leaf WHERE id = ?", tag[0])
    ((tree,),) = query(path, "SELECT sealed FROM tree")
    smaller = drop_from_leaf(leaf, tag)
    run_sql(path, "UPDATE leaf SET sealed = ? WHERE id = ?", smaller, tag[0])
    run_sql(path, "UPDATE tree SET sealed = ?", replace_leaf_hashes(tree, {tag[0]: smaller}))
    assert_tampered(lambda: open_file(path, vault.identity))


@pytest.mark.parametrize("place", [256, -1, 2**40])
def test_case_10_a_leaf_twice(path: Path, vault: Vault, place: int) -> None:
    ((leaf,),) = query(path, "SELECT sealed FROM leaf LIMIT 1")
    run_sql(path, "INSERT INTO leaf VALUES (?, ?)", place, leaf)
    reader = open_file(path, vault.identity)
    assert_tampered(reader.credentials, reader.verify)
    assert details_of(reader, "A") == details()


@pytest.mark.parametrize("table", ["access", "roster", "chain", "slot"])
def test_case_10_a_row_of_a_small_table_twice(path: Path, vault: Vault, table: str) -> None:
    rows = query(path, f"SELECT sealed FROM {table}")
    run_sql(path, f"INSERT INTO {table} VALUES (99, ?)", rows[0][0] if rows else b"planted")
    assert_tampered(lambda: open_file(path, vault.identity))


def test_case_10_no_more_rows_are_read_than_can_be(path: Path, vault: Vault) -> None:
    run_sql(path, f"{NUMBERS} INSERT INTO access SELECT -n, zeroblob(85) FROM numbers", MAX_ROWS + 99)
    with file_store(path).read() as snapshot:
        assert_tampered(snapshot.access)
    assert_tampered(lambda: open_file(path, vault.identity))


def test_case_10_an_item_under_a_second_digest_is_a_stray(path: Path, vault: Vault) -> None:
    (sealed, _) = records(path, DETAILS).values()
    run_sql(path, "INSERT INTO item VALUES (?, ?)", digest(b"second"), sealed)
    assert proved(open_file(path, vault.identity)).strays == 1


@pytest.mark.parametrize(
    "sql", ["UPDATE head SET generation = ?2 WHERE sealed = ?1", "INSERT INTO head VALUES (?2, ?1)"]
)
@pytest.mark.parametrize("ahead", [1, 47])
def test_case_10_a_head_under_a_later_generation_hides_no_write(path: Path, vault: Vault, sql: str, ahead: int) -> None:
    """Else the next write, one generation on, would be acknowledged and never seen again."""
    ((sealed,),) = query(path, "SELECT sealed FROM head WHERE generation = ?", vault.generation)
    run_sql(path, sql, sealed, vault.generation + ahead)
    before = path.read_bytes()
    assert details_of(open_file(path, vault.identity), "A") == details()
    assert_tampered(lambda: add(vault, "C"), lambda: add(open_file(path, vault.identity), "C"))
    assert path.read_bytes() == before


def test_case_10_an_older_head_put_on_top_is_refused(path: Path, vault: Vault) -> None:
    ((older,),) = query(path, "SELECT sealed FROM head WHERE generation = ?", vault.generation - 1)
    run_sql(path, "INSERT INTO head VALUES (99, ?)", older)
    assert_tampered(lambda: open_file(path, vault.identity), vault.credentials)


def test_case_11_a_damaged_tag_is_refused_and_never_not_found(path: Path, vault: Vault) -> None:
    tag = tag_of(vault, "A")
    ((leaf,),) = query(path, "SELECT sealed FROM leaf WHERE id = ?", tag[0])
    for position in range(len(leaf)):
        wrong = leaf[:position] + bytes([leaf[position] ^ 1]) + leaf[position + 1 :]
        run_sql(path, "UPDATE leaf SET sealed = ? WHERE id = ?", wrong, tag[0])
        reader = open_file(path, vault.identity)
        assert_tampered(lambda: reader.find("A"), lambda: reader.has("a"), lambda: add(reader, "A"))  # noqa: B023
    run_sql(path, "UPDATE leaf SET sealed = ? WHERE id = ?", leaf, tag[0])
    assert fold_name(open_file(path, vault.identity).find("A").name) == "a"


def test_case_11_a_name_that_leads_to_another_credential_is_refused(path: Path, vault: Vault) -> None:
    """As a member could sign it: the name of the overview is compared with the name that was asked for."""

    def swap(copy: Transaction) -> None:
        a, b = copy.find("A"), copy.find("B")
        assert a is not None
        assert b is not None
        tag = tag_of(vault, "A")
        copy._leaves[tag[0]] = put_in_leaf(copy._leaf(tag[0]), tag, b.digest)
        assert a.digest != b.digest

    write_as_no_honest_program(vault, swap)
    assert_tampered(lambda: vault.find("A"))
    assert vault.find("B").name == "B"
    # A member can take a name away; the others are served, and it is told.
    assert vault.names() == ["B"]
    assert vault.problems == ["the vault holds another number of credentials than was signed"]
    assert set(vault.verify().faults) == {*vault.problems, "'B' stands under another name's tag"}
