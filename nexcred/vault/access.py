"""Access rows hand the vault key (VK) of an epoch to members; the chain leads from each epoch's VK to the one before.

row  = epoch 4 | kind 1 (1 VK, 2 IK) | HPKE 80
link = epoch 4 | nonce 12 | GCM(HKDF(VK, "chain"), VK of epoch − 1). Big-endian.
"""

import struct
from functools import lru_cache

from nexcred.errors import NotPermitted, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import DOTS, repr_of
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.primitives import (
    KEY_BYTES,
    NONCE_BYTES,
    SUITE,
    TAG_BYTES,
    WRAPPED_KEY_BYTES,
    WrongKey,
    decrypt,
    derive,
    digest,
    encrypt,
    label,
    new_nonce,
    unwrap_key,
    wrap_key,
)
from nexcred.vault.store import MAX_ROWS

VAULT_KEY, INDEX_KEY = 1, 2

_ROW = struct.Struct(f">IB{WRAPPED_KEY_BYTES}s")
_LINK = struct.Struct(f">I{NONCE_BYTES}s{KEY_BYTES + TAG_BYTES}s")


class IndexKeys(NamedTuple):
    """The keys from an epoch's index key (IK), which comes from its VK: for names, tree, head, roster, hints."""

    name: bytes
    tree: bytes
    head: bytes
    roster: bytes
    hint: bytes

    def __repr__(self) -> str:
        return f"IndexKeys({DOTS})"


class VaultAccess(NamedTuple):
    """The keys from an opened access row: for members the vault key, and for everybody those of the index key."""

    keys: IndexKeys
    vault_key: bytes | None

    def __repr__(self) -> str:
        return repr_of(self)


@lru_cache(maxsize=16)  # of thousands of records, few epochs
def index_keys(vault_key: bytes) -> IndexKeys:
    return keys_under(derive(vault_key, "index"))


def keys_under(index_key: bytes) -> IndexKeys:
    """Derive the keys that guests hold, from an index key."""
    return IndexKeys(*(derive(index_key, use) for use in IndexKeys._fields))


def commit_to_vault_key(vault_key: bytes) -> bytes:
    return digest(label("vault key"), vault_key)


def grant_vault_key(vault_key: bytes, recipient: PublicIdentity, vault_id: bytes, epoch: int) -> bytes:
    """Return the access row that makes `recipient` a member for this epoch."""
    return _grant(VAULT_KEY, vault_key, recipient, vault_id, epoch)


def grant_index_key(vault_key: bytes, recipient: PublicIdentity, vault_id: bytes, epoch: int) -> bytes:
    """Return the access row that makes `recipient` a guest for this epoch."""
    return _grant(INDEX_KEY, derive(vault_key, "index"), recipient, vault_id, epoch)


def open_access(rows: tuple[bytes, ...], identity: Identity, vault_id: bytes, epoch: int) -> VaultAccess:
    """Find and open this identity's row; raise NotPermitted when none is for it, Tampered."""
    if len(rows) > MAX_ROWS:  # each costs a key agreement
        raise Tampered("the vault has more access rows than can be")
    for row in rows:
        if len(row) != _ROW.size:
            raise Tampered("an access row of the vault is damaged")
        row_epoch, kind, wrapped = _ROW.unpack(row)
        if row_epoch != epoch or kind not in (VAULT_KEY, INDEX_KEY):
            continue
        try:
            key = unwrap_key(wrapped, identity.agreement, _info(vault_id, epoch, kind, identity.fingerprint))
        except WrongKey:
            continue
        return VaultAccess(index_keys(key), key) if kind == VAULT_KEY else VaultAccess(keys_under(key), None)
    raise NotPermitted(
        "this identity opens nothing in this vault: it never was a member, was removed, or the vault is damaged"
    )


def link_epochs(vault_key: bytes, previous_vault_key: bytes, vault_id: bytes, epoch: int) -> bytes:
    """Return the chain link by which holders of an epoch's VK read what older epochs sealed."""
    nonce = new_nonce()
    sealed = encrypt(derive(vault_key, "chain"), nonce, previous_vault_key, _link_context(vault_id, epoch))
    return _LINK.pack(epoch, nonce, sealed)


def older_vault_keys(chain: tuple[bytes, ...], vault_key: bytes, vault_id: bytes, epoch: int) -> dict[int, bytes]:
    """Follow the chain; return the VK of every epoch, this one included. Raise Tampered."""
    keys = {epoch: vault_key}
    links = {int.from_bytes(link[:4], "big"): link for link in chain}
    while epoch in links:
        link = links[epoch]
        if len(link) != _LINK.size:
            raise Tampered("the chain of vault keys is damaged")
        _, nonce, sealed = _LINK.unpack(link)
        try:
            key = decrypt(derive(keys[epoch], "chain"), nonce, sealed, _link_context(vault_id, epoch))
        except WrongKey:
            raise Tampered("the chain of vault keys was changed") from None
        epoch -= 1
        keys[epoch] = key
    return keys


def hash_access(rows: tuple[bytes, ...], chain: tuple[bytes, ...]) -> bytes:
    """Hash both tables, as the head signs them; 32 bytes."""
    return digest(label("access"), hash_table(rows), hash_table(chain))


def hash_table(entries: tuple[bytes, ...]) -> bytes:
    """Hash a small table of entries, each with its length before it; 32 bytes."""
    return digest(label("table"), struct.pack(">I", len(entries)), *(_sized(entry) for entry in entries))


def _grant(kind: int, key: bytes, recipient: PublicIdentity, vault_id: bytes, epoch: int) -> bytes:
    info = _info(vault_id, epoch, kind, recipient.fingerprint)
    return _ROW.pack(epoch, kind, wrap_key(key, recipient.agreement, info))


def _sized(entry: bytes) -> bytes:
    return struct.pack(">I", len(entry)) + entry


def _info(vault_id: bytes, epoch: int, kind: int, fingerprint: bytes) -> bytes:
    return label("access") + vault_id + struct.pack(">IB", epoch, kind) + fingerprint


def _link_context(vault_id: bytes, epoch: int) -> bytes:
    return b"NXC1" + bytes([SUITE]) + vault_id + struct.pack(">I", epoch)
