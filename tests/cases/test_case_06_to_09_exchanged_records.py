"""Cases 6–9: details of A under B; overview and details exchanged; a record from another vault; an older revision."""

from functools import partial
from pathlib import Path

import pytest

from nexcred.errors import Damaged, NotPermitted, Tampered
from nexcred.vault.open_state import open_state
from nexcred.vault.overview import Overview, write_overview
from nexcred.vault.primitives import digest
from nexcred.vault.record import DETAILS, OVERVIEW, SESSION, RecordPlace, seal_for, seal_overview
from nexcred.vault.state import VerifiedState
from nexcred.vault.vault import Vault
from tests.support.carried_file import file_store
from tests.support.forging import overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, describe, details, open_new, set_session, update
from tests.support.vault_file import (
    assert_faults,
    assert_named,
    assert_tampered,
    details_of,
    open_file,
    proved,
    query,
    records,
    run_sql,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def vault(path: Path) -> Vault:
    vault = open_new(file_store(path))
    add(vault, "A", "EXAMPLE-a")
    add(vault, "B", "EXAMPLE-b")
    return vault


def put_instead(path: Path, wanted: bytes, other: bytes) -> None:
    """Let the bytes of one record lie under the digest of another."""
    assert run_sql(path, "UPDATE item SET sealed = ? WHERE digest = ?", other, wanted) == 1


def test_case_06_details_of_a_in_place_of_those_of_b(path: Path, vault: Vault) -> None:
    of_a, of_b = overview_of(vault, "A").details, overview_of(vault, "B").details
    put_instead(path, of_b, records(path, DETAILS)[of_a])
    assert details_of(open_file(path, vault.identity), "A") == details("EXAMPLE-a")
    with pytest.raises(Tampered):
        details_of(open_file(path, vault.identity), "B")


def test_case_06_details_of_a_that_a_member_names_in_b(path: Path, vault: Vault) -> None:
    of_a = overview_of(vault, "A").details
    rewrite_overview(vault, "B", lambda _: {"details": of_a})
    assert vault.find("B").name == "B"
    assert_tampered(lambda: details_of(vault, "B"), lambda: update(vault, "B", "EXAMPLE-new"))
    assert_faults(vault, "'B'")
    assert details_of(vault, "A") == details("EXAMPLE-a")


def test_case_06_overview_of_a_in_place_of_that_of_b(path: Path, vault: Vault) -> None:
    one, two = records(path, OVERVIEW).items()
    put_instead(path, one[0], two[1])
    put_instead(path, two[0], one[1])
    reader = open_file(path, vault.identity)
    assert_tampered(lambda: reader.find("A"), lambda: reader.find("B"))
    assert_named(reader, [], problems=2)
    assert_faults(reader)


def test_case_07_overview_and_details_exchanged(path: Path, vault: Vault) -> None:
    overview, details_digest = next(iter(records(path, OVERVIEW).items())), overview_of(vault, "A").details
    sealed = records(path, DETAILS)[details_digest]
    others = [name for name in ("A", "B") if not is_of(vault, overview[1], name)]
    put_instead(path, overview[0], sealed)
    put_instead(path, details_digest, overview[1])
    reader = open_file(path, vault.identity)
    assert_named(reader, others)
    assert_faults(reader)


def test_case_07_one_part_that_a_member_names_as_another(path: Path, vault: Vault) -> None:
    set_session(vault, "A", {"access_token": "EXAMPLE"})
    (session,) = records(path, SESSION)
    set_session(vault, "B", {"access_token": "EXAMPLE-b"})
    own_overview = next(iter(records(path, OVERVIEW)))
    for wrong in (session, own_overview):
        rewrite_overview(vault, "A", lambda _: {"details": wrong})  # noqa: B023
        with pytest.raises(Tampered):
            details_of(vault, "A")
    (part,) = overview_of(vault, "B").parts
    for wrong in (overview_of(vault, "B").details, own_overview, session):
        rewrite_overview(vault, "B", lambda _: {"parts": (part._replace(record=wrong),)})  # noqa: B023
        with pytest.raises(Tampered):
            vault.session(vault.find("B"))
    (of_a,) = overview_of(vault, "A").parts
    rewrite_overview(vault, "B", lambda _: {"parts": (of_a,)})
    with pytest.raises(Tampered):
        vault.session(vault.find("B"))
    rewrite_overview(vault, "B", lambda _: {"parts": (part,)})
    assert vault.session(vault.find("B")) == {"access_token": "EXAMPLE-b"}


def test_case_08_a_record_from_another_vault(path: Path, vault: Vault) -> None:
    other = open_new(file_store(path.with_name("other.db")))
    add(other, "A", "EXAMPLE-other")
    ours, theirs = overview_of(vault, "A"), overview_of(other, "A")
    put_instead(path, ours.details, records(path.with_name("other.db"), DETAILS)[theirs.details])
    with pytest.raises(Tampered):
        details_of(open_file(path, vault.identity), "A")


def test_case_08_a_record_from_another_vault_that_a_member_names(path: Path, vault: Vault) -> None:
    other = open_new(file_store(path.with_name("other.db")))
    add(other, "A", "EXAMPLE-other")
    theirs = overview_of(other, "A").details
    run_sql(path, "INSERT INTO item VALUES (?, ?)", theirs, records(path.with_name("other.db"), DETAILS)[theirs])
    rewrite_overview(vault, "A", lambda _: {"details": theirs})
    with pytest.raises(Tampered):
        details_of(vault, "A")
    for table in ("head", "tree", "access", "roster"):
        mixed = path.with_name("mixed.db")
        mixed.write_bytes(path.read_bytes())
        ((foreign,),) = query(path.with_name("other.db"), f"SELECT sealed FROM {table} ORDER BY rowid DESC LIMIT 1")
        run_sql(mixed, f"UPDATE {table} SET sealed = ? WHERE rowid = (SELECT max(rowid) FROM {table})", foreign)
        with pytest.raises((Damaged, NotPermitted)):
            open_file(mixed, vault.identity)


def test_case_08_a_record_that_claims_another_vault_is_not_opened() -> None:
    store = MemoryStore()
    vault = open_new(store)
    add(vault, "A")
    with store.read() as snapshot:
        state = open_state(snapshot, vault.identity, None)
    overview = overview_of(vault, "A")
    record_id = overview.access.record_id
    for place in (
        RecordPlace(DETAILS, bytes(16), record_id, 1, 1),
        RecordPlace(DETAILS, vault.vault_id, bytes(16), 1, 1),
    ):
        sealed = seal_for(place, b"{}", [vault.identity.public], state.keys.hint)
        with pytest.raises(Tampered):
            state.open_details(sealed, overview)
    true = RecordPlace(OVERVIEW, vault.vault_id, record_id, 1, 1)
    assert seal_and_open(state, true, overview) == overview
    for place in (
        true._replace(vault_id=bytes(16)),
        true._replace(part=DETAILS),
        true._replace(record_id=bytes(16)),
        true._replace(epoch=2),
    ):
        assert_tampered(partial(seal_and_open, state, place, overview))


def seal_and_open(state: VerifiedState, place: RecordPlace, overview: Overview) -> Overview:
    sealed = seal_overview(place, write_overview(overview), state.vault_key, (), state.keys.hint)
    return state.open_overview(sealed)[1]


@pytest.mark.parametrize("tables", [("leaf",), ("leaf", "tree"), ("leaf", "tree", "item"), ("tree",)])
def test_case_09_an_older_state_of_some_tables_is_refused(path: Path, vault: Vault, tables: tuple[str, ...]) -> None:
    older = {table: query(path, f"SELECT * FROM {table}") for table in tables}
    describe(vault, "A", "newer")
    update(vault, "A", "EXAMPLE-newer")
    for table, rows in older.items():
        for row in rows:
            run_sql(path, f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", *row)
    assert_tampered(lambda: details_of(open_file(path, vault.identity), "A"))


def test_case_09_older_records_that_nothing_leads_to_are_not_read(path: Path, vault: Vault) -> None:
    older = query(path, "SELECT * FROM item")
    describe(vault, "A", "newer")
    for row in older:
        run_sql(path, "INSERT OR IGNORE INTO item VALUES (?, ?)", *row)
    reader = open_file(path, vault.identity)
    assert reader.find("A").description == "newer"
    assert proved(reader).strays == 1


def test_case_09_older_details_in_place_of_the_newer(path: Path, vault: Vault) -> None:
    older = overview_of(vault, "A").details
    update(vault, "A", "EXAMPLE-newer")
    newer = overview_of(vault, "A").details
    put_instead(path, newer, records(path, DETAILS)[older])
    with pytest.raises(Tampered):
        details_of(open_file(path, vault.identity), "A")
    put_instead(path, newer, records(path, DETAILS)[older])
    assert_faults(open_file(path, vault.identity), "'A'")


def test_case_09_a_past_revision_left_out_of_the_history(path: Path, vault: Vault) -> None:
    for number in range(3):
        update(vault, "A", f"EXAMPLE-{number}")
    assert len(overview_of(vault, "A").past) == 3
    rewrite_overview(vault, "A", lambda newest: {"past": newest.past[1:]})
    assert details_of(vault, "A") == details("EXAMPLE-2")
    with pytest.raises(Tampered, match="leads to another one"):
        vault.history(vault.find("A"))
    assert_faults(vault, "'A' leads to another one")
    rewrite_overview(vault, "A", lambda _: {"past": ()})
    with pytest.raises(Tampered, match="has a gap"):
        vault.history(vault.find("A"))
    assert_faults(vault, "'A' has a gap")


def test_case_09_a_past_revision_of_another_credential_in_the_history(path: Path, vault: Vault) -> None:
    update(vault, "A", "EXAMPLE-newer")
    (of_b,) = (digest for digest, sealed in records(path, OVERVIEW).items() if is_of(vault, sealed, "B"))
    rewrite_overview(vault, "A", lambda _: {"past": (of_b,)})
    assert_tampered(lambda: vault.history(vault.find("A")), lambda: vault.details_at(vault.find("A"), 1))
    assert_faults(vault, "'A'")


def is_of(vault: Vault, sealed: bytes, name: str) -> bool:
    return sealed[22:38] == overview_of(vault, name).access.record_id


def test_case_09_older_details_that_a_member_names_as_the_newer(path: Path, vault: Vault) -> None:
    older = overview_of(vault, "A").details
    update(vault, "A", "EXAMPLE-newer")
    rewrite_overview(vault, "A", lambda _: {"details": older})
    with pytest.raises(Tampered):
        details_of(vault, "A")
    rewrite_overview(vault, "A", lambda overview: {"past": (digest(b"nothing"),), "details": overview.details})
    assert_tampered(lambda: vault.history(vault.find("A")))
    assert_faults(vault, "missing")
