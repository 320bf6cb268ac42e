"""A vault that is one value: what claims to hold more than a table may is none."""

import pytest

from nexcred.stores.tables.as_bytes import NotTables, decode_tables, encode_tables
from nexcred.stores.tables.in_memory import EMPTY, Tables
from nexcred.vault.bounds import ACCESS, CHAIN, HEAD, LEAF, RECORD, ROSTER, SLOT, TREE
from nexcred.vault.store import MAX_ROWS

FULL = EMPTY._replace(
    heads={1: bytes(HEAD.row)},
    tree=bytes(TREE.row),
    leaves={0: bytes(LEAF.row)},
    access=(bytes(ACCESS.row),) * MAX_ROWS,
    chain=(bytes(CHAIN.row),),
    roster=(bytes(ROSTER.row),),
    slots=(bytes(SLOT.row),),
)
TOO_MUCH = [
    FULL._replace(heads={1: bytes(HEAD.row + 1)}),
    FULL._replace(heads=dict.fromkeys(range(HEAD.rows + 1), b"head")),
    FULL._replace(tree=bytes(TREE.row + 1)),
    FULL._replace(leaves={0: bytes(LEAF.row + 1)}),
    FULL._replace(access=(bytes(ACCESS.row + 1),)),
    FULL._replace(access=(b"",) * (MAX_ROWS + 1)),
    FULL._replace(chain=(bytes(CHAIN.row + 1),)),
    FULL._replace(roster=(bytes(ROSTER.row + 1),)),
    FULL._replace(slots=(bytes(SLOT.row + 1),)),
    FULL._replace(items={bytes(32): bytes(RECORD.row + 1)}),
]


def test_the_most_of_everything_comes_back() -> None:
    assert decode_tables(encode_tables(FULL)) == FULL


@pytest.mark.parametrize("tables", TOO_MUCH)
def test_more_of_anything_is_refused(tables: Tables) -> None:
    with pytest.raises(NotTables):
        decode_tables(encode_tables(tables))
