"""A vault moved to its next epoch by its owner: a new vault key, and a chain link that leads to the old one."""

from nexcred.vault.access import (
    commit_to_vault_key,
    grant_vault_key,
    hash_access,
    index_keys,
    link_epochs,
)
from nexcred.vault.fetching import fetch
from nexcred.vault.head import HeadPlace, seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.open_state import open_state
from nexcred.vault.primitives import new_key
from nexcred.vault.roster import seal_roster
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Change, Snapshot
from nexcred.vault.tree import empty_tree, name_tag, put_in_leaf, read_leaf, replace_leaf_hashes, tree_root
from tests.support.memory_store import MemoryStore


def move_to_next_epoch(store: MemoryStore, owner: Identity) -> None:
    """Keep all records as they are sealed; names get new tags, since their key comes from the vault key."""
    with store.write() as snapshot:
        state = open_state(snapshot, owner, None)
        assert store.commit(_change(state, snapshot, owner), state.sealed_head)


def _change(state: VerifiedState, snapshot: Snapshot, owner: Identity) -> Change:
    vault_id, epoch = state.place.vault_id, state.place.epoch + 1
    vault_key = new_key()
    keys = index_keys(vault_key)
    leaves, tree = _retagged(state, snapshot, keys.name)
    access = (grant_vault_key(vault_key, owner.public, vault_id, epoch),)
    chain = (*snapshot.chain(), link_epochs(vault_key, state.vault_key, vault_id, epoch))
    head = state.head.head._replace(
        vault_key_commitment=commit_to_vault_key(vault_key),
        root=tree_root(keys.tree, tree),
        access_hash=hash_access(access, chain),
        previous_hash=state.head.hash,
    )
    place = HeadPlace(vault_id, epoch, state.place.generation + 1)
    return Change(
        head=seal_head(place, head, owner, keys.head),
        generation=place.generation,
        leaves={index: leaves.get(index, b"") for index in range(256)},
        tree=tree,
        access=access,
        chain=chain,
        roster=seal_roster(state.roster, keys.roster, epoch),
    )


def _retagged(state: VerifiedState, snapshot: Snapshot, name_key: bytes) -> tuple[dict[int, bytes], bytes]:
    leaves: dict[int, bytes] = {}
    tree = empty_tree()
    for _, leaf in snapshot.leaves():
        for entry in read_leaf(leaf):
            _, overview = state.open_overview(fetch(snapshot, entry.overview))
            tag = name_tag(name_key, overview.name)
            leaves[tag[0]] = put_in_leaf(leaves.get(tag[0], b""), tag, entry.overview)
            tree = replace_leaf_hashes(tree, {tag[0]: leaves[tag[0]]})
    return leaves, tree
