"""All overviews of a vault, for those who go through many."""

from collections.abc import Iterator, Sequence

from nexcred.errors import NotPermitted, Tampered
from nexcred.model.credential import Credential
from nexcred.vault.overview import Overview
from nexcred.vault.state import State, fetch_many
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import read_leaf, tree_leaves


def overview_digests(state: State, snapshot: Snapshot) -> list[bytes]:
    """Name every overview; raise Tampered unless the tree leads to as many as were signed."""
    leaves = tree_leaves(state.tree, snapshot.leaves())
    found = [entry.overview for leaf in leaves for entry in read_leaf(leaf)]
    if len(set(found)) != state.head.head.size:
        raise Tampered("the vault holds another number of credentials than was signed")
    return found


def open_overviews(state: State, snapshot: Snapshot, digests: Sequence[bytes]) -> Iterator[tuple[int, Overview]]:
    """Yield revision and overview of each, in any order; a guest's are those that were granted to him."""
    for _, record in fetch_many(snapshot, digests):
        try:
            header, overview = state.open_overview(record)
        except NotPermitted:
            continue
        yield header.revision, overview


def open_listed(state: State, snapshot: Snapshot, digests: Sequence[bytes]) -> Iterator[Credential]:
    """Yield each as a credential, in any order; a guest's are those that were granted to him. Quick for thousands."""
    from nexcred.vault.listed import reader_of_listed

    read = reader_of_listed(state.roster, state.identity.fingerprint)
    for _, record in fetch_many(snapshot, digests):
        try:
            yield read(*state.unseal_overview(record))
        except NotPermitted:
            continue
