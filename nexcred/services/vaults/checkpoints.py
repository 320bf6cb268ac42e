"""Checkpoint lines: comparing how far a vault has come on two machines."""

from enum import Enum

from nexcred.errors import Replaced, RolledBack
from nexcred.local.anchors import AnchorFile
from nexcred.vault.anchor import Anchor
from nexcred.vault.checkpoint import Checkpoint
from nexcred.vault.kept_roster import seal_kept_roster, whose_roster
from nexcred.vault.roster import Seen
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault


class Relation(Enum):
    """The relation of the vault here to another machine's line."""

    SAME = "same"
    BEHIND = "behind"
    AHEAD = "ahead"
    FORKED = "forked"


def compare(vault: Vault, line: Checkpoint) -> Relation:
    """Compare the vault with a line of another machine; raise Replaced for that of another vault.

    Ahead is proved as far as the store keeps heads; behind is what a line of this vault's own roster says.
    """
    _refuse_another(vault, line)
    if vault.generation == line.generation:
        return Relation.SAME if vault.state.head.hash == line.head_hash else Relation.FORKED
    roster = vault.state.roster
    if vault.generation > line.generation:
        known = roster.extends(Seen(line.floor.roster_length, line.floor.roster_hash))
        return Relation.AHEAD if known and vault.descends_from(_anchor(line)) else Relation.FORKED
    return Relation.BEHIND if roster.length <= line.floor.roster_length else Relation.FORKED


def accept(vault: Vault, store: Store, anchors: AnchorFile, line: Checkpoint) -> Anchor:
    """Take the vault as it is for the newest on this machine, since it is the line's state or descends from it.

    Raises Replaced for another vault's line, RolledBack where the vault is neither.
    """
    if compare(vault, line) not in (Relation.SAME, Relation.AHEAD):
        raise RolledBack(
            "the vault here is not the one of this line, and does not descend from it",
            hint="ask for the line of a machine on which the vault is as it should be: nexcred vault checkpoint",
        )
    anchor = vault.state.anchor
    anchors.accept(store.location, anchor)
    kept = seal_kept_roster(vault.state.roster, vault.identity)
    vault.memory.keep_roster(vault.vault_id, kept, whose_roster(vault.identity))
    return anchor


def _refuse_another(vault: Vault, line: Checkpoint) -> None:
    if line.vault_id != vault.vault_id:
        raise Replaced(f"this line is of another vault, {line.vault_id.hex()}")


def _anchor(line: Checkpoint) -> Anchor:
    floor = line.floor
    return Anchor(line.vault_id, line.generation, line.head_hash, floor.roster_length, floor.roster_hash)
