"""Case 4: with any bit of a small vault flipped, it is refused or gives the true answer; never "not found"."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nexcred.errors import Damaged, NotPermitted, StoreFailed, Tampered
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.anchor import Anchor
from nexcred.vault.identity import Identity
from nexcred.vault.record import DETAILS, OVERVIEW, SESSION
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore, Tables
from tests.support.next_epoch import move_to_next_epoch
from tests.support.remembering import seen
from tests.support.sample_vault import add, everything, open_new, set_session, update
from tests.support.some_of import one_in
from tests.support.vault_file import read_all, whole_of

REFUSALS = (Damaged, NotPermitted, StoreFailed)
PARTS_OF_THE_FILE = 12


def small_vault(store: MemoryStore | SqliteStore) -> Vault:
    vault = open_new(store)
    add(vault, "prod", "EXAMPLE-1")
    update(vault, "prod", "EXAMPLE-2")
    set_session(vault, "prod", {"access_token": "EXAMPLE"})
    return vault


def flips(data: bytes) -> Iterator[bytes]:
    for bit in range(8 * len(data)):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        yield bytes(flipped)


def assert_refused_or_true(read: Callable[[], object], truth: object) -> None:
    try:
        answer = read()
    except REFUSALS:
        return
    assert answer == truth


class Sealed(NamedTuple):
    """A vault in memory with something in every table; `anchor` is what was seen before its last write."""

    tables: Tables
    identity: Identity
    anchor: Anchor
    truth: object

    def open(self, anchor: Anchor | None = None, **changed: Any) -> Vault:
        """Open the vault with these tables in place of its own."""
        return Vault(MemoryStore(Tables(**{**vars(self.tables), **changed})), self.identity, memory=seen(anchor))


@pytest.fixture(scope="module")
def sealed() -> Sealed:
    store = MemoryStore()
    vault = small_vault(store)
    move_to_next_epoch(store, vault.identity)
    anchor = Vault(store, vault.identity).anchor
    vault.edit(lambda edit: edit.set_slots((b"a slot of some kind",)))
    return Sealed(store.tables, vault.identity, anchor, everything(vault))


def test_case_04_the_vault_as_it_is(sealed: Sealed) -> None:
    assert whole_of(sealed.open(anchor=sealed.anchor)) == sealed.truth


@pytest.mark.parametrize("table", ["access", "chain", "roster", "slots"])
def test_case_04_every_bit_of_a_small_table(sealed: Sealed, table: str) -> None:
    (row,) = getattr(sealed.tables, table)
    for flipped in flips(row):
        with pytest.raises(REFUSALS):
            sealed.open(None, **{table: (flipped,)})


def test_case_04_every_bit_of_the_head(sealed: Sealed) -> None:
    heads, newest = sealed.tables.heads, max(sealed.tables.heads)
    for flipped in flips(heads[newest]):
        with pytest.raises(REFUSALS):
            sealed.open(heads={**heads, newest: flipped})


def test_case_04_every_bit_of_the_head_last_seen(sealed: Sealed) -> None:
    heads, last = sealed.tables.heads, sealed.anchor.generation
    assert last == max(heads) - 1
    for flipped in flips(heads[last]):  # its feature bits are compared with those of the next
        with pytest.raises(REFUSALS):
            sealed.open(anchor=sealed.anchor, heads={**heads, last: flipped})


def test_case_04_every_leaf_hash_of_the_tree(sealed: Sealed) -> None:
    for position in range(0, len(sealed.tables.tree), 7):  # tests/unit/vault/test_tree.py flips every bit
        tree = bytearray(sealed.tables.tree)
        tree[position] ^= 1 << position % 8
        with pytest.raises(REFUSALS):
            sealed.open(tree=bytes(tree))


def test_case_04_every_bit_of_the_leaf_is_refused_and_never_not_found(sealed: Sealed) -> None:
    ((index, leaf),) = sealed.tables.leaves.items()
    leaves = {index: leaf}
    reader = sealed.open(leaves=leaves)
    for flipped in flips(leaf):
        leaves[index] = flipped
        with pytest.raises(REFUSALS):
            reader.find("prod")
        with pytest.raises(REFUSALS):
            reader.has("prod")
        with pytest.raises(REFUSALS):
            reader.credentials()


@pytest.mark.parametrize("part", [OVERVIEW, DETAILS, SESSION])
def test_case_04_every_bit_of_every_record(sealed: Sealed, part: int) -> None:
    items = dict(sealed.tables.items)
    reader = sealed.open(items=items)
    current = reader.find("prod")
    reads: dict[int, Callable[[], object]] = {
        OVERVIEW: lambda: reader.history(current),
        DETAILS: lambda: [reader.details_at(current, version) for version in (2, 1)],
        SESSION: lambda: reader.session(current),
    }
    for digest, record in sealed.tables.items.items():
        for flipped in flips(record) if record[5] == part else ():
            items[digest] = flipped
            with pytest.raises(REFUSALS):
                reads[part]()
        items[digest] = record
    assert whole_of(reader) == sealed.truth


def test_case_04_every_bit_of_every_records_name(sealed: Sealed) -> None:
    items = dict(sealed.tables.items)
    reader = sealed.open(items=items)
    for digest, record in sealed.tables.items.items():
        del items[digest]
        for flipped in flips(digest):
            items[flipped] = record
            with pytest.raises(REFUSALS):
                whole_of(reader)
            del items[flipped]
        items[digest] = record


def raw(path: Path) -> Tables:
    """Return all that a file says, by every question that a vault may ask of it."""
    with SqliteStore(path).read() as snapshot:
        digests = sorted(snapshot.item_digests())
        newest = snapshot.head()
        heads = {number: head for number in range(1, 9) if (head := snapshot.past_head(number))}
        items = dict(snapshot.items(digests))
        leaves = dict(snapshot.leaves())
        if newest not in heads.values() or items != {digest: snapshot.item(digest) for digest in digests}:
            raise Tampered("the file contradicts itself")
        if any(snapshot.leaf(index) != leaves.get(index, b"") for index in range(0, 256, 15)):
            raise Tampered("the file contradicts itself")
        tables = (snapshot.access(), snapshot.chain(), snapshot.roster(), snapshot.slots())
        return Tables(heads, snapshot.tree(), leaves, *tables, items)


def positions(data: bytes, truth: Tables) -> Iterator[int]:
    """Yield every byte of the file's structure, and some of its empty space and of the sealed bytes."""
    values = [*truth.heads.values(), truth.tree, *truth.leaves.values(), *truth.items.values()]
    sealed = {
        data.find(value[start : start + 64]) + offset
        for value in values
        for start in range(0, len(value), 64)
        for offset in range(64)
    }
    for position in range(len(data)):
        is_empty = not any(data[max(0, position - 16) : position + 16])
        if position % 16 == 0 if is_empty else position % 5 == 0 or position not in sealed:
            yield position


@pytest.mark.parametrize("part", [*one_in(3, range(PARTS_OF_THE_FILE))])
def test_case_04_a_bit_of_every_byte_of_the_file(tmp_path: Path, part: int) -> None:
    path = tmp_path / "vault.db"
    vault = small_vault(SqliteStore(path))
    truth, data = raw(path), path.read_bytes()
    expected = read_all(path, vault.identity)
    file = os.open(path, os.O_RDWR)
    for position in list(positions(data, truth))[part::PARTS_OF_THE_FILE]:
        os.pwrite(file, bytes([data[position] ^ 1 << position * 5 % 8]), position)
        try:
            found = raw(path)
        except REFUSALS:
            found = truth
        if found != truth:
            assert_refused_or_true(lambda: whole_of(Vault(MemoryStore(found), vault.identity)), expected)  # noqa: B023
        if position % 50 == 0:
            assert_refused_or_true(lambda: read_all(path, vault.identity), expected)
        os.pwrite(file, data[position : position + 1], position)
    os.close(file)
    assert read_all(path, vault.identity) == expected
