import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import Tampered
from nexcred.vault.tree import (
    drop_from_leaf,
    empty_tree,
    find_in_leaf,
    name_tag,
    put_in_leaf,
    read_leaf,
    replace_leaf_hashes,
    tree_leaves,
    tree_root,
    verify_leaf,
    verify_tree,
)

KEY = bytes(32)
TAGS = st.binary(min_size=16, max_size=16)


def entry(tag: int, digest: int = 0) -> bytes:
    return bytes([tag]) * 16 + bytes([digest]) * 32


@given(st.dictionaries(TAGS, st.binary(min_size=32, max_size=32), max_size=40))
def test_a_leaf_holds_what_was_put_in_sorted(entries: dict[bytes, bytes]) -> None:
    leaf = b""
    for tag, digest in entries.items():
        leaf = put_in_leaf(put_in_leaf(leaf, tag, bytes(32)), tag, digest)
    assert [(one.tag, one.overview) for one in read_leaf(leaf)] == sorted(entries.items())
    for tag, digest in entries.items():
        assert find_in_leaf(leaf, tag) == digest
        smaller = drop_from_leaf(leaf, tag)
        assert find_in_leaf(smaller, tag) is None
        assert put_in_leaf(smaller, tag, digest) == leaf


@given(TAGS)
def test_nothing_is_found_in_an_empty_leaf(tag: bytes) -> None:
    assert find_in_leaf(b"", tag) is None


@pytest.mark.parametrize(
    "leaf", [b"\0", entry(1)[:-1], entry(2) + entry(1), entry(1) + entry(1), entry(1) + entry(1, 9)]
)
def test_a_leaf_that_is_cut_unsorted_or_double_is_refused(leaf: bytes) -> None:
    with pytest.raises(Tampered):
        list(read_leaf(leaf))


def test_a_leaf_is_bound_to_its_place_and_content() -> None:
    tree = replace_leaf_hashes(empty_tree(), {1: entry(1)})
    verify_leaf(tree, 1, entry(1))
    for index, leaf in ((1, b""), (2, entry(1)), (1, entry(1, 1)), (1, entry(1) + entry(2))):
        with pytest.raises(Tampered):
            verify_leaf(tree, index, leaf)


def test_every_bit_of_the_tree_is_under_its_root() -> None:
    tree = replace_leaf_hashes(empty_tree(), {77: entry(77)})
    root = tree_root(KEY, tree)
    verify_tree(tree, KEY, root)
    flipped = bytearray(tree)
    for bit in range(8 * len(tree)):
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Tampered):
            verify_tree(bytes(flipped), KEY, root)
        flipped[bit // 8] ^= 1 << bit % 8
    for other in (b"", tree[:-32], tree + bytes(32)):
        with pytest.raises(Tampered):
            verify_tree(other, KEY, tree_root(KEY, other))
    with pytest.raises(Tampered):
        verify_tree(tree, b"\1" + KEY[1:], root)


def test_all_leaves_are_read_or_none_is_believed() -> None:
    leaves = [(1, entry(1)), (2, entry(2))]
    tree = empty_tree()
    for index, leaf in leaves:
        tree = replace_leaf_hashes(tree, {index: leaf})
    assert list(tree_leaves(tree, leaves)) == [entry(1), entry(2)]
    assert list(tree_leaves(tree, reversed(leaves))) == [entry(2), entry(1)]
    for wrong in (
        leaves[:1],
        [*leaves, leaves[0]],
        [*leaves, (3, entry(3))],
        [*leaves, (256, b"")],
        [*leaves, (-1, b"")],
        [(1, entry(2)), (2, entry(1))],
        [],
    ):
        with pytest.raises(Tampered):
            list(tree_leaves(tree, wrong))


def test_the_same_name_has_one_tag_however_it_is_written() -> None:
    composed, decomposed = "Café ẞ", unicodedata.normalize("NFD", "CAFÉ SS")
    assert name_tag(KEY, composed) == name_tag(KEY, decomposed)
    assert name_tag(KEY, "prod") != name_tag(KEY, "prod2")
    assert name_tag(KEY, "prod") != name_tag(b"\1" + KEY[1:], "prod")


@given(st.text(min_size=1, max_size=20))
def test_canonically_equal_names_have_one_tag(name: str) -> None:
    assert len({name_tag(KEY, unicodedata.normalize(form, name)) for form in ("NFC", "NFD")}) == 1


def test_half_a_surrogate_pair_has_a_tag_of_its_own() -> None:
    assert name_tag(KEY, "\ud800") != name_tag(KEY, "\udc00")
