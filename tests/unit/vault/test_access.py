import struct

import pytest

from nexcred.errors import NotPermitted, Tampered
from nexcred.vault.access import (
    grant_vault_key,
    hash_access,
    hash_table,
    index_keys,
    link_epochs,
    older_vault_keys,
    open_access,
)
from nexcred.vault.identity import Identity
from nexcred.vault.store import MAX_ROWS

VAULT_ID = b"v" * 16
KEYS = [bytes([number]) * 32 for number in range(4)]
ADA, EVE = Identity(b"a" * 32, VAULT_ID), Identity(b"e" * 32, VAULT_ID)


def row(key: bytes = KEYS[1], identity: Identity = ADA, vault_id: bytes = VAULT_ID, epoch: int = 1) -> bytes:
    return grant_vault_key(key, identity.public, vault_id, epoch)


def chain(*epochs: int) -> tuple[bytes, ...]:
    return tuple(link_epochs(KEYS[epoch], KEYS[epoch - 1], VAULT_ID, epoch) for epoch in epochs)


def test_each_member_finds_his_row() -> None:
    rows = (row(identity=EVE), row(epoch=2), row())
    assert open_access(rows, ADA, VAULT_ID, 1).vault_key == open_access(rows, EVE, VAULT_ID, 1).vault_key == KEYS[1]


def test_a_row_of_another_epoch_vault_kind_or_identity_does_not_open() -> None:
    guest_row = bytearray(row())
    guest_row[4] = 2
    relabelled = struct.pack(">I", 1) + row(epoch=2)[4:]
    for other in (row(epoch=2), row(vault_id=bytes(16)), row(identity=EVE), bytes(guest_row), relabelled):
        with pytest.raises(NotPermitted):
            open_access((other,), ADA, VAULT_ID, 1)
    with pytest.raises(NotPermitted):
        open_access((), ADA, VAULT_ID, 1)


@pytest.mark.parametrize("other", [b"", row()[:-1], row() + b"\0"], ids=["empty", "shorter", "longer"])
def test_a_row_of_another_length_is_damage(other: bytes) -> None:
    with pytest.raises(Tampered):
        open_access((other, row()), ADA, VAULT_ID, 1)


def test_more_rows_than_can_be_are_not_tried() -> None:
    assert open_access((row(epoch=2),) * (MAX_ROWS - 1) + (row(),), ADA, VAULT_ID, 1).vault_key == KEYS[1]
    with pytest.raises(Tampered, match="more access rows"):
        open_access((row(),) * (MAX_ROWS + 1), ADA, VAULT_ID, 1)


def test_the_chain_leads_to_every_older_key() -> None:
    assert older_vault_keys((), KEYS[1], VAULT_ID, 1) == {1: KEYS[1]}
    assert older_vault_keys(chain(1, 2, 3), KEYS[3], VAULT_ID, 3) == dict(enumerate(KEYS))
    assert older_vault_keys(chain(3), KEYS[3], VAULT_ID, 3) == {3: KEYS[3], 2: KEYS[2]}


def test_a_link_that_was_changed_moved_or_cut_is_refused() -> None:
    link = chain(2)[0]
    flipped = bytearray(link)
    flipped[-1] ^= 1
    for other in (bytes(flipped), link[:-1], link + b"\0", link[:4], struct.pack(">I", 2) + chain(3)[0][4:]):
        with pytest.raises(Tampered):
            older_vault_keys((other,), KEYS[2], VAULT_ID, 2)
    with pytest.raises(Tampered):
        older_vault_keys((link,), KEYS[2], bytes(16), 2)


def test_table_hashes_tell_entries_and_tables_apart() -> None:
    tables: list[tuple[bytes, ...]] = [(), (b"",), (b"", b""), (b"ab",), (b"a", b"b"), (b"b", b"a")]
    assert len({hash_table(table) for table in tables}) == len(tables)
    assert hash_access((b"a",), (b"b",)) != hash_access((b"b",), (b"a",)) != hash_access((b"a", b"b"), ())


def test_index_keys_differ_by_use_and_never_print() -> None:
    keys = index_keys(KEYS[1])
    assert len(set(keys)) == 5
    assert repr(keys) == "IndexKeys(••••)"
