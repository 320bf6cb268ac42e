"""What opening a vault takes, as of the commit that was read last: whoever reads that one again starts no git.

It lies in the local copy beside its sum, so that a spoilt one is noticed, and read from git instead.
"""

from nexcred.model.sha256 import sha256
from nexcred.stores.git.layout import largest_table
from nexcred.stores.local_copy.file import CopyFile
from nexcred.stores.tables.as_bytes import NotTables, decode_rows, encode_rows
from nexcred.vault.bounds import ACCESS, CHAIN, HEAD, ROSTER, TREE, Bound
from nexcred.vault.store import Bundle

# Leaves and records lie there too, and are named by their digests.
_NAME = b"bundle"
_SUM_BYTES = 32
_LISTS = (ACCESS, CHAIN, ROSTER)
_COMMIT_BYTES = 64
_SIZES = (_COMMIT_BYTES, HEAD.row, TREE.row, *map(largest_table, _LISTS))
_ALL = Bound("bundle", "what opening takes", max(_SIZES), len(_SIZES), sum(_SIZES))


def kept_bundle(copy: CopyFile, commit: str) -> Bundle | None:
    """Return the bundle of a commit; None where that of another is kept, or none that is whole."""
    kept = copy.get([_NAME]).get(_NAME, b"")
    if sha256(kept[_SUM_BYTES:]) != kept[:_SUM_BYTES]:
        return None
    try:
        of, head, tree, *lists = decode_rows(kept[_SUM_BYTES:], _ALL)
        access, chain, roster = (decode_rows(rows, bound) for rows, bound in zip(lists, _LISTS, strict=True))
    except (NotTables, ValueError):
        return None
    return Bundle(head, access, chain, roster, (), tree) if of == commit.encode() else None


def keep_bundle(copy: CopyFile, commit: str, bundle: Bundle) -> None:
    lists = map(encode_rows, (bundle.access, bundle.chain, bundle.roster))
    data = encode_rows((commit.encode(), bundle.head or b"", bundle.tree, *lists))
    copy.keep({_NAME: sha256(data) + data})
