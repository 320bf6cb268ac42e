"""The primitives of other programs' sealed files. nexcred's own are in nexcred.vault; nothing here seals anything."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac, padding
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES, ChaCha20
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2d, Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from nexcred.model.named_tuple import NamedTuple

_KEY_BYTES, _BLOCK_BYTES = 32, 16
_ROUNDS_AT_ONCE = 65_536


class Argon2Cost(NamedTuple):
    memory_kib: int
    passes: int
    lanes: int


def sha256(data: bytes) -> bytes:
    return _digest(hashes.SHA256(), data)


def sha512(data: bytes) -> bytes:
    return _digest(hashes.SHA512(), data)


def is_hmac(key: bytes, data: bytes, mac: bytes) -> bool:
    """True when this is the HMAC-SHA256 of the data; in constant time."""
    computed = hmac.HMAC(key, hashes.SHA256())
    computed.update(data)
    try:
        computed.verify(mac)
    except InvalidSignature:
        return False
    return True


def pbkdf2(passphrase: bytes, salt: bytes, rounds: int) -> bytes:
    return PBKDF2HMAC(hashes.SHA256(), _KEY_BYTES, salt, rounds).derive(passphrase)


def argon2(secret: bytes, salt: bytes, cost: Argon2Cost, *, is_id: bool) -> bytes:
    """Return 32 bytes by Argon2id, or by Argon2d, version 1.3 (RFC 9106); raise ValueError for a cost that is none."""
    kind = Argon2id if is_id else Argon2d
    memory = max(cost.memory_kib, 8 * cost.lanes)
    return kind(salt=salt, length=_KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=memory).derive(
        secret
    )


def hkdf_expand(key: bytes, info: bytes) -> bytes:
    return HKDFExpand(hashes.SHA256(), _KEY_BYTES, info).derive(key)


def aes_cbc(key: bytes, iv: bytes, ciphertext: bytes) -> bytes | None:
    """Return the plaintext without its padding (PKCS #7); None for what was not made so."""
    if len(iv) != _BLOCK_BYTES or not ciphertext or len(ciphertext) % _BLOCK_BYTES:
        return None
    decryptor = Cipher(AES(key), CBC(iv)).decryptor()
    unpadder = padding.PKCS7(8 * _BLOCK_BYTES).unpadder()
    try:
        return unpadder.update(decryptor.update(ciphertext) + decryptor.finalize()) + unpadder.finalize()
    except ValueError:
        return None


def aes_rounds(key: bytes, block: bytes, rounds: int) -> bytes:
    """Return a block that AES has encrypted again and again: what CBC does to zeros, whose IV is the block."""
    encryptor = Cipher(AES(key), CBC(block)).encryptor()
    last = block
    while rounds:
        some = min(rounds, _ROUNDS_AT_ONCE)
        last = encryptor.update(bytes(some * _BLOCK_BYTES))[-_BLOCK_BYTES:]
        rounds -= some
    return last


def chacha20(key: bytes, nonce: bytes, data: bytes) -> bytes:
    """Return the data under the key stream of RFC 8439 from block 0; `nonce` is of 12 bytes."""
    return Cipher(ChaCha20(key, bytes(4) + nonce), None).decryptor().update(data)


def _digest(algorithm: hashes.HashAlgorithm, data: bytes) -> bytes:
    digest = hashes.Hash(algorithm)
    digest.update(data)
    return digest.finalize()
