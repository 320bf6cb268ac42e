"""Opening a vault: everything that is verified before any of a snapshot is used."""

from nexcred.errors import NotPermitted, Replaced, RolledBack, Tampered, VaultNotFound
from nexcred.vault.access import (
    commit_to_vault_key,
    hash_access,
    hash_table,
    older_vault_keys,
    open_access,
)
from nexcred.vault.belief import GO_ON, Belief, longest_seen, refuse_unknown, verify_anchor
from nexcred.vault.head import OpenedHead, open_head, read_head_place, verify_author
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.primitives import same
from nexcred.vault.roster import GUEST, WRITERS, Roster, open_roster
from nexcred.vault.state import VerifiedState
from nexcred.vault.store import Snapshot
from nexcred.vault.tree import verify_tree


def open_state(snapshot: Snapshot, identity: Identity, belief: Belief | None = None) -> VerifiedState:
    """Verify everything that reading one name depends on, then what this machine and this identity remember.

    Without a belief nothing is remembered, as on a machine that never saw the vault.
    Raises VaultNotFound, NotPermitted, MadeByNewer, Tampered, Replaced, RolledBack, NoFloor.
    """
    belief = belief or _without_memory()
    bundle = snapshot.bundle()
    sealed = bundle.head
    if sealed is None and belief.was_seen:
        raise RolledBack("the vault that was last seen here is gone: the file no longer holds it", hint=GO_ON)
    if sealed is None:
        raise VaultNotFound("there is no vault here yet", hint="make one with: nexcred vault init")
    place = read_head_place(sealed)
    if identity.vault_id not in (NO_VAULT, place.vault_id):
        raise Replaced(
            "this identity belongs to another vault than the one here",
            hint="if you replaced it on purpose, name the other one with --vault, or make a new one elsewhere",
        )
    anchor = belief.anchor_of(place.vault_id)
    granted = open_access(bundle.access, identity, place.vault_id, place.epoch)
    vault_key, keys = granted.vault_key, granted.keys
    opened = open_head(sealed, keys.head)
    head = opened.head
    if not same(hash_access(bundle.access, bundle.chain), head.access_hash):
        raise Tampered("the access rows of the vault were changed")
    if not same(hash_table(bundle.slots), head.slots_hash):
        raise Tampered("the passphrase slots of the vault were changed")
    roster = open_roster(
        bundle.roster,
        keys.roster,
        place.vault_id,
        place.epoch,
        longest_seen(identity, anchor),
        is_first_format=head.is_first_format,
    )
    if (roster.length, roster.last_hash) != (head.roster_length, head.roster_hash):
        raise Tampered("the roster of the vault is not the one that was signed")
    refuse_unknown(roster, identity, anchor, belief)
    _verify_author(opened, roster)
    if vault_key is not None and not same(commit_to_vault_key(vault_key), head.vault_key_commitment):
        raise Tampered("the access rows of the vault hand out another key")
    _refuse_who_left(roster, identity, belief)
    verify_tree(bundle.tree, keys.tree, head.root)
    vault_keys = {} if vault_key is None else older_vault_keys(bundle.chain, vault_key, place.vault_id, place.epoch)
    state = VerifiedState(identity, sealed, opened, roster, keys, vault_keys, bundle.tree)
    state.is_old = verify_anchor(state, anchor, snapshot, belief)
    return state


def _without_memory() -> Belief:
    from nexcred.vault.memory import ProcessMemory  # which the program never opens a vault with

    return Belief(ProcessMemory())


def _verify_author(opened: OpenedHead, roster: Roster) -> None:
    named = opened.head.author
    author = roster.by_keys(named) if roster.is_first_format else roster.members.get(named)
    if author is None or author.role not in WRITERS:
        raise Tampered(f"the head of the vault is signed by {roster.name_of(named)}, who may not write")
    verify_author(opened, author.public)


def _refuse_who_left(roster: Roster, identity: Identity, belief: Belief) -> None:
    member = roster.by_keys(identity.fingerprint)
    if member is None:
        raise NotPermitted("this identity is not in the roster of the vault")
    if member.role == GUEST and member.until_ms is not None and member.until_ms < belief.now_ms:
        raise NotPermitted(
            f"'{member.full_name}' was let in until a time that has passed",
            hint="ask an owner of the vault for a new identity: nexcred identity new NAME --until DATE",
        )
