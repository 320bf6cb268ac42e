"""The files of a vault in a tree, and the small tables as bytes.

head, tree           sealed, as they are
access chain roster  their rows, framed
leaf/NN              a leaf of the name tree, by its index in hex; none for an empty one
item/AB/DIGEST       a sealed record, by its SHA-256
past/N               the sealed heads of generations 32 N to 32 N + 31, framed with their generations

Other files in the tree are left alone.
"""

from collections.abc import Iterator, Mapping

from nexcred.stores.tables.as_bytes import NotTables, decode_numbered, encode_numbered
from nexcred.vault.bounds import DIGEST_BYTES, HEAD, Bound

HEAD_FILE, TREE_FILE = "head", "tree"
LEAF_FOLDER, ITEM_FOLDER, PAST_FOLDER = "leaf", "item", "past"
TABLES = ("access", "chain", "roster")
HEADS_IN_FILE = 32
# A folder of so many bytes has more than a hundred thousand entries.
LARGEST_FOLDER = 16 * 1024 * 1024
_FRAME_BYTES = 12


def leaf_file(index: int) -> str:
    return f"{LEAF_FOLDER}/{index:02x}"


def item_file(digest: bytes) -> str:
    name = digest.hex()
    return f"{ITEM_FOLDER}/{name[:2]}/{name}"


def past_file(number: int) -> str:
    return f"{PAST_FOLDER}/{number}"


def digest_of(folder: str, name: str) -> bytes | None:
    """Return the digest that a file below `item` is named by; None for one that is not ours."""
    if len(name) != 2 * DIGEST_BYTES or not name.startswith(folder) or name != name.lower():
        return None
    try:
        return bytes.fromhex(name)
    except ValueError:
        return None


def largest_table(bound: Bound) -> int:
    """Return how many bytes the framed rows of a table have at most."""
    return bound.total + _FRAME_BYTES * (bound.rows + 1)


LARGEST_PAST = HEADS_IN_FILE * (HEAD.row + _FRAME_BYTES) + _FRAME_BYTES


def encode_past(heads: Mapping[int, bytes]) -> bytes:
    return encode_numbered(heads)


def decode_past(number: int, data: bytes) -> dict[int, bytes]:
    """Return sealed heads by generation; raise NotTables for a file that is not the one of this number."""
    heads = decode_numbered(data, HEAD)
    if any(generation // HEADS_IN_FILE != number for generation in heads):
        raise NotTables
    return heads


class NotAFolder(ValueError):
    """These bytes are no tree of git's."""


def folder_entries(data: bytes, digest_bytes: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and digest of the entries of a tree, as git keeps it; raise NotAFolder."""
    at = 0
    while at < len(data):
        end = data.find(b"\0", at)
        name = data[at:end].partition(b" ")[2] if end > 0 else b""
        digest = data[end + 1 : end + 1 + digest_bytes]
        if not name or len(digest) != digest_bytes:
            raise NotAFolder
        yield name.decode(errors="replace"), digest
        at = end + 1 + digest_bytes
