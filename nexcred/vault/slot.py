"""Slots: an identity's seed, sealed under a passphrase (kind 1) or a recovery key (kind 2), to lie beside the vault.

"NXS2" | suite | kind | salt 16 | memory 4 (KiB) | passes 4 | lanes 4 | nonce 12 | commitment 32 |
GCM(seed 32 ‖ vault_id 16 ‖ roster length 4 ‖ roster hash 32), whose associated data is all before it. Big-endian.
Kind 2 costs nothing: three zeros. "NXS1" seals seed and vault_id alone, without the roster that its maker knew.
"""

import os
import struct
import time
import unicodedata

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from nexcred.errors import InvalidData, Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.floor import Floor
from nexcred.vault.identity import SEED_BYTES, VAULT_ID_BYTES, Identity, OpenedSlot
from nexcred.vault.primitives import (
    KEY_BYTES,
    SUITE,
    TAG_BYTES,
    WrongKey,
    commit_to,
    decrypt,
    derive,
    encrypt,
    keyed_digest,
    new_nonce,
    same,
)

PASSPHRASE_KIND = 1
RECOVERY_KIND = 2
MAX_PASSPHRASE_BYTES = 1024

_FIRST_MAGIC, _MAGIC = b"NXS1", b"NXS2"
_CLEAR = struct.Struct(">4sBB16sIII12s32s")
_SALT_BYTES = 16
_MARKED_BYTES = 8
_FLOOR = struct.Struct(">I32s")
_FIRST_WHOLE = _CLEAR.size + SEED_BYTES + VAULT_ID_BYTES + TAG_BYTES
_WHOLE = _FIRST_WHOLE + _FLOOR.size
_GIB_IN_KIB = 1024 * 1024


class Cost(NamedTuple):
    """The cost of one guess of a passphrase: Argon2id (RFC 9106) memory in KiB, passes and lanes."""

    memory_kib: int
    passes: int
    lanes: int


FLOOR = Cost(64 * 1024, 3, 4)  # RFC 9106, section 4, second recommended option
_MOST_MEMORY_KIB = 256 * 1024
_CAP = Cost(_GIB_IN_KIB, 16, 16)
_CAP_MEMORY_TIMES_PASSES = 4 * _GIB_IN_KIB
_NO_COST = Cost(0, 0, 0)


class SlotInfo(NamedTuple):
    """The clear part of a slot, which anybody can read. `cost` is None for all but passphrases."""

    kind: int
    cost: Cost | None


def calibrate(target_s: float = 0.5) -> Cost:
    """Return a cost at or above the floor at which one derivation takes about `target_s` on this machine."""
    started = time.perf_counter()
    _derive(b"calibration", bytes(16), FLOOR)
    factor = max(1.0, target_s / (time.perf_counter() - started))
    memory = min(_MOST_MEMORY_KIB, FLOOR.memory_kib * int(factor))
    passes = int(FLOOR.passes * factor * FLOOR.memory_kib / memory)
    return Cost(memory, max(FLOOR.passes, min(passes, _CAP.passes)), FLOOR.lanes)


def make_passphrase_slot(passphrase: str, identity: Identity, cost: Cost) -> bytes:
    """Seal the identity's seed under a passphrase; raise InvalidData for a bad passphrase.

    Raises ValueError for a cost at which the slot would be refused when it is read.
    """
    if not _is_in_bounds(cost):
        raise ValueError("the cost is out of bounds")
    salt = _new_salt(identity)
    key = _derive(encode_passphrase(passphrase), salt, cost)
    return _seal(PASSPHRASE_KIND, salt, cost, key, identity)


def open_passphrase_slot(slot: bytes, passphrase: str) -> Identity:
    """Open a slot; raise WrongKey for another passphrase, Tampered before deriving what would exhaust the machine."""
    cost = describe_slot(slot).cost
    if cost is None:
        raise Tampered("this slot of the vault is not one for a passphrase")
    return _open(slot, _derive(encode_passphrase(passphrase), _salt_of(slot), cost))


def make_recovery_slot(recovery_key: bytes, identity: Identity) -> bytes:
    """Seal the identity's seed under a key of 256 random bits, which needs no cost."""
    salt = _new_salt(identity)
    return _seal(RECOVERY_KIND, salt, _NO_COST, _derive_fast(recovery_key, salt), identity)


def open_recovery_slot(slot: bytes, recovery_key: bytes) -> Identity:
    """Open a slot; raise WrongKey for another recovery key, Tampered."""
    if describe_slot(slot).kind != RECOVERY_KIND:
        raise Tampered("this slot of the vault is not one for a recovery key")
    return _open(slot, _derive_fast(recovery_key, _salt_of(slot)))


def is_own_slot(slot: bytes, identity: Identity) -> bool:
    """True when this identity made the slot; nobody else can tell whose it is."""
    salt = _salt_of(slot)
    return same(_mark(identity, salt[:_MARKED_BYTES]), salt[_MARKED_BYTES:])


def describe_slot(slot: bytes) -> SlotInfo:
    """Read the clear part of a slot; raise Tampered when it is cut, of another suite, or its cost out of bounds."""
    if len(slot) < _CLEAR.size or not slot.startswith((_MAGIC, _FIRST_MAGIC)):
        raise Tampered("a slot of the vault is damaged")
    _, suite, kind, _, memory, passes, lanes, _, _ = _CLEAR.unpack(slot[: _CLEAR.size])
    if suite != SUITE:
        raise Tampered(f"a slot of the vault has the unknown suite {suite}")
    if kind not in (PASSPHRASE_KIND, RECOVERY_KIND):
        return SlotInfo(kind, None)
    if len(slot) != (_WHOLE if slot.startswith(_MAGIC) else _FIRST_WHOLE):
        raise Tampered("a slot of the vault is damaged")
    cost = Cost(memory, passes, lanes)
    if kind == RECOVERY_KIND and cost == _NO_COST:
        return SlotInfo(kind, None)
    if kind == RECOVERY_KIND or not _is_in_bounds(cost):
        raise Tampered(
            f"a slot of the vault asks for Argon2id with {memory} KiB, {passes} passes and {lanes} lanes,"
            " which is out of bounds"
        )
    return SlotInfo(kind, cost)


def encode_passphrase(passphrase: str) -> bytes:
    """Return the passphrase as it is derived from: NFC, UTF-8, 1 to 1,024 bytes."""
    try:
        encoded = unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        encoded = None  # and let go of the error, which holds the passphrase
    if encoded is None:
        raise InvalidData("a passphrase must be text that has a UTF-8 form")
    if not encoded:
        raise InvalidData("the passphrase is empty")
    if len(encoded) > MAX_PASSPHRASE_BYTES:
        raise InvalidData(f"the passphrase is longer than {MAX_PASSPHRASE_BYTES} bytes")
    return encoded


def _is_in_bounds(cost: Cost) -> bool:
    too_low = cost.memory_kib < FLOOR.memory_kib or cost.passes < FLOOR.passes or cost.lanes < 1
    too_high = any(value > cap for value, cap in zip(cost, _CAP, strict=True))
    return not too_low and not too_high and cost.memory_kib * cost.passes <= _CAP_MEMORY_TIMES_PASSES


def _derive(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    return Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    ).derive(passphrase)


def _derive_fast(recovery_key: bytes, salt: bytes) -> bytes:
    if len(recovery_key) != KEY_BYTES:
        raise ValueError("a recovery key has 32 bytes")
    return derive(recovery_key, "recovery", salt)


def renew_slot(slot: bytes, key: bytes, identity: Identity) -> bytes:
    """Seal the roster that the identity knows now into the passphrase slot that opened it, under the same key."""
    cost = describe_slot(slot).cost
    if cost is None:
        raise ValueError("only a passphrase slot is renewed")
    return _seal(PASSPHRASE_KIND, _salt_of(slot), cost, key, identity)


def _seal(kind: int, salt: bytes, cost: Cost, key: bytes, identity: Identity) -> bytes:
    nonce = new_nonce()
    magic = _FIRST_MAGIC if identity.floor is None else _MAGIC
    clear = _CLEAR.pack(magic, SUITE, kind, salt, *cost, nonce, commit_to(key))
    floor = b"" if identity.floor is None else _FLOOR.pack(identity.floor.roster_length, identity.floor.roster_hash)
    return clear + encrypt(key, nonce, identity.seed + identity.vault_id + floor, clear)


def _open(slot: bytes, key: bytes) -> Identity:
    clear = slot[: _CLEAR.size]
    *_, nonce, commitment = _CLEAR.unpack(clear)
    if not same(commit_to(key), commitment):
        raise WrongKey
    plaintext = decrypt(key, nonce, slot[_CLEAR.size :], clear)
    seed, vault_id = plaintext[:SEED_BYTES], plaintext[SEED_BYTES : SEED_BYTES + VAULT_ID_BYTES]
    if slot.startswith(_FIRST_MAGIC):
        return Identity(seed, vault_id, slot=OpenedSlot(slot, key))
    floor = Floor(*_FLOOR.unpack(plaintext[SEED_BYTES + VAULT_ID_BYTES :]))
    return Identity(seed, vault_id, floor, slot=OpenedSlot(slot, key))


def _new_salt(identity: Identity) -> bytes:
    # Half of it is random, half tells its maker alone whose it is: several people may keep slots in one vault.
    random = os.urandom(_MARKED_BYTES)
    return random + _mark(identity, random)


def _mark(identity: Identity, random: bytes) -> bytes:
    return keyed_digest(derive(identity.seed, "slot mark"), random)[: _SALT_BYTES - _MARKED_BYTES]


def _salt_of(slot: bytes) -> bytes:
    salt: bytes = _CLEAR.unpack(slot[: _CLEAR.size])[3]
    return salt
