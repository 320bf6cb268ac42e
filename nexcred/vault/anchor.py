"""The newest state of a vault that this machine has seen: the defence against rollback and substitution."""

from nexcred.model.named_tuple import NamedTuple


class Anchor(NamedTuple):
    """The newest head seen of a vault. Hashes are 32 bytes, `vault_id` is 16."""

    vault_id: bytes
    generation: int
    head_hash: bytes
    roster_length: int
    roster_hash: bytes
