"""The name tree: 256 leaves, by the first byte of a name's tag, each a sorted list of (tag 16 | SHA-256(overview) 32).

root = HMAC(tree key, 256 × SHA-256(index ‖ leaf)). The 256 hashes are one row of 8,192 bytes, so that reading one name
touches one leaf. Keyed by name and not by record: a flipped bit then never reads as "not found".
"""

import bisect
import struct
from collections.abc import Iterable, Iterator, Mapping

from nexcred.errors import Tampered
from nexcred.model.name import fold_name
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.primitives import DIGEST_BYTES, digest, keyed_digest, label, same

LEAVES = 256
TAG_BYTES = 16
_ENTRY = struct.Struct(f"{TAG_BYTES}s{DIGEST_BYTES}s")


class LeafEntry(NamedTuple):
    """One name: its tag, and the digest of the overview it leads to."""

    tag: bytes
    overview: bytes


def name_tag(name_key: bytes, name: str) -> bytes:
    """Return the tag of a name in the tree; equal for names that are the same name.

    Half a surrogate pair has a tag too: nothing is found under it, and nothing can be written.
    """
    return keyed_digest(name_key, fold_name(name).encode(errors="surrogatepass"))[:TAG_BYTES]


def trash_tag(name_key: bytes, record_id: bytes) -> bytes:
    """Return the tag of a removed record, which leaves its name free."""
    return keyed_digest(name_key, label("trash") + record_id)[:TAG_BYTES]


def spoilt_tag(name_key: bytes, overview: bytes) -> bytes:
    """Return the tag, made of its digest, for an overview that does not open: out of the way of everything else."""
    return keyed_digest(name_key, label("spoilt") + overview)[:TAG_BYTES]


def empty_tree() -> bytes:
    return b"".join(hash_leaf(index, b"") for index in range(LEAVES))


def hash_leaf(index: int, leaf: bytes) -> bytes:
    return digest(bytes([index]), leaf)


def leaf_hash(tree: bytes, index: int) -> bytes:
    """Return what the tree says of a leaf."""
    return tree[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES]


def tree_root(tree_key: bytes, tree: bytes) -> bytes:
    return keyed_digest(tree_key, tree)


def verify_tree(tree: bytes, tree_key: bytes, root: bytes) -> None:
    """Raise Tampered unless these are the leaf hashes that the head signed."""
    if len(tree) != LEAVES * DIGEST_BYTES or not same(tree_root(tree_key, tree), root):
        raise Tampered("the name tree of the vault was changed")


def verify_leaf(tree: bytes, index: int, leaf: bytes) -> None:
    """Raise Tampered unless this is the leaf that the tree names at `index`."""
    if hash_leaf(index, leaf) != leaf_hash(tree, index):
        raise Tampered("a leaf of the name tree was changed")


def replace_leaf_hashes(tree: bytes, leaves: Mapping[int, bytes]) -> bytes:
    changed = bytearray(tree)
    for index, leaf in leaves.items():
        changed[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES] = hash_leaf(index, leaf)
    return bytes(changed)


def read_leaf(leaf: bytes) -> Iterator[LeafEntry]:
    """Yield the entries; raise Tampered when the leaf is cut or out of order."""
    if len(leaf) % _ENTRY.size:
        raise Tampered("a leaf of the name tree is damaged")
    previous = b""
    for tag, overview in _ENTRY.iter_unpack(leaf):
        if tag <= previous:
            raise Tampered("a leaf of the name tree is out of order")
        previous = tag
        yield LeafEntry(tag, overview)


def find_in_leaf(leaf: bytes, tag: bytes) -> bytes | None:
    """Return the digest of the overview under this tag, or None."""
    position = _position(leaf, tag)
    if leaf[position : position + TAG_BYTES] != tag:
        return None
    return leaf[position + TAG_BYTES : position + _ENTRY.size]


def put_in_leaf(leaf: bytes, tag: bytes, overview: bytes) -> bytes:
    """Return the leaf with this entry put in, or in place of the one with its tag."""
    position = _position(leaf, tag)
    end = position + _ENTRY.size if leaf[position : position + TAG_BYTES] == tag else position
    return leaf[:position] + tag + overview + leaf[end:]


def make_leaves(entries: Mapping[bytes, bytes]) -> dict[int, bytes]:
    """Return all leaves of a tree in which each of these tags leads to its overview."""
    leaves: dict[int, list[bytes]] = {index: [] for index in range(LEAVES)}
    for tag, overview in sorted(entries.items()):
        leaves[tag[0]] += (tag, overview)
    return {index: b"".join(parts) for index, parts in leaves.items()}


def drop_from_leaf(leaf: bytes, tag: bytes) -> bytes:
    """Return the leaf without the entry of this tag, which must be there."""
    position = _position(leaf, tag)
    return leaf[:position] + leaf[position + _ENTRY.size :]


def _position(leaf: bytes, tag: bytes) -> int:
    count = len(leaf) // _ENTRY.size
    starts = range(0, count * _ENTRY.size, _ENTRY.size)
    return bisect.bisect_left(starts, tag, key=lambda start: leaf[start : start + TAG_BYTES]) * _ENTRY.size


def tree_leaves(tree: bytes, leaves: Iterable[tuple[int, bytes]]) -> Iterator[bytes]:
    """Yield every leaf that is not empty; raise Tampered when one is changed, missing, or given twice."""
    seen = set()
    for index, leaf in leaves:
        if index in seen or not 0 <= index < LEAVES:
            raise Tampered("the name tree of the vault has a leaf too many")
        seen.add(index)
        verify_leaf(tree, index, leaf)
        yield leaf
    for index in set(range(LEAVES)) - seen:
        verify_leaf(tree, index, b"")
