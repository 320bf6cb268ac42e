"""Making a vault: its founder, its first key, its first head."""

from collections.abc import Callable
from datetime import datetime

from nexcred.errors import VaultExists
from nexcred.vault.access import commit_to_vault_key, grant_vault_key, hash_access, hash_table, index_keys
from nexcred.vault.floor import Floor
from nexcred.vault.head import FORMAT_2_FEATURE, Head, HeadPlace, seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import DIGEST_BYTES, new_key
from nexcred.vault.roster import seal_roster
from nexcred.vault.roster_changes import found_roster
from nexcred.vault.store import Change, Store
from nexcred.vault.tree import empty_tree, tree_root

FIRST_EPOCH = 1
FIRST_GENERATION = 1


def found_vault(
    store: Store,
    founder: Identity,
    *,
    organisation: str,
    full_name: str,
    slots_for: Callable[[Identity], tuple[bytes, ...]],
    now: datetime,
) -> Identity:
    """Make a vault in an empty store and return its founder's identity, bound to it.

    `slots_for` makes the passphrase slots of that identity. Raises VaultExists, StoreFailed, OutcomeUnknown.
    """
    roster = found_roster(founder, organisation, full_name)
    bound = founder.bind(roster.vault_id, Floor(roster.length, roster.last_hash))
    vault_key = new_key()
    keys = index_keys(vault_key)
    access = (grant_vault_key(vault_key, bound.public, roster.vault_id, FIRST_EPOCH),)
    slots, tree = slots_for(bound), empty_tree()
    head = Head(
        features=FORMAT_2_FEATURE,
        size=0,
        vault_key_commitment=commit_to_vault_key(vault_key),
        root=tree_root(keys.tree, tree),
        roster_length=roster.length,
        roster_hash=roster.last_hash,
        access_hash=hash_access(access, ()),
        slots_hash=hash_table(slots),
        previous_hash=bytes(DIGEST_BYTES),
        time_ms=int(now.timestamp() * 1000),
        author=bound.fingerprint,
    )
    change = Change(
        head=seal_head(HeadPlace(roster.vault_id, FIRST_EPOCH, FIRST_GENERATION), head, bound, keys.head),
        generation=FIRST_GENERATION,
        tree=tree,
        access=access,
        chain=(),
        roster=seal_roster(roster, keys.roster, FIRST_EPOCH),
        slots=slots,
    )
    with store.write() as snapshot:
        if snapshot.head() is not None or not store.commit(change, None):
            raise VaultExists("there is a vault here already", hint="see it with: nexcred vault status")
    return bound
