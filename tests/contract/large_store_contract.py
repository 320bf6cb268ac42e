"""What a store promises that has room for the largest vault: subclass it beside a fixture `opener`."""

import hashlib

import pytest

from nexcred.vault.bounds import ACCESS, CHAIN, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE
from nexcred.vault.store import MAX_ROWS, Change
from tests.contract.beginning import Opener, begun, slots_in


class LargeStoreContract:
    """What a store does that has room for the largest vault."""

    @pytest.fixture
    def made(self, opener: Opener) -> Opener:
        return begun(opener)

    def test_the_most_that_is_written_is_read_back(self, made: Opener) -> None:
        largest = hashlib.sha256(bytes(RECORD.row)).digest()
        change = Change(
            head=bytes(HEAD.row),
            generation=2,
            items={largest: bytes(RECORD.row)},
            leaves={3: bytes(LEAF.row)},
            tree=bytes(TREE.row),
            access=(bytes(ACCESS.row),) * MAX_ROWS,
            chain=(bytes(CHAIN.row),),
            roster=(bytes(ROSTER.row),),
            slots=slots_in(made(), bytes(SLOT.row)),
        )
        with (store := made()).write():
            assert store.commit(change, b"head-1")
        with made().read() as snapshot:
            assert (snapshot.head(), snapshot.tree(), snapshot.access()) == (change.head, change.tree, change.access)
            assert (snapshot.chain(), snapshot.roster(), snapshot.slots()) == (
                change.chain,
                change.roster,
                change.slots or (),
            )
            assert snapshot.leaf(3) == bytes(LEAF.row)
            assert snapshot.item(largest) == bytes(RECORD.row)
