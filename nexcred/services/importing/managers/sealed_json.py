"""Bitwarden's password-protected exports (Bitwarden Help Center, "Encrypted exports"): KDF, HKDF, AES-CBC, HMAC.

The passphrase and the salt's text give 32 bytes by PBKDF2-SHA256, or by Argon2id with the salt's SHA-256; HKDF-Expand
makes of them a key to encrypt ("enc") and one to authenticate ("mac"). A sealed text is, in base64, `2.IV|SEALED|MAC`.
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping

from nexcred.errors import InvalidData, Locked
from nexcred.model.secret import Secret
from nexcred.services.importing import foreign_ciphers as ciphers

_PBKDF2, _ARGON2 = 0, 1
_AES_CBC_HMAC = "2."
_CHECK, _DATA = "encKeyValidation_DO_NOT_EDIT", "data"
# As the service itself allows.
_MOST_ROUNDS, _MOST_PASSES, _MOST_MEMORY_MIB, _MOST_LANES = 2_000_000, 10, 1024, 16


def is_sealed(document: Mapping[str, object]) -> bool:
    """True for an export behind a passphrase; raise InvalidData for one that only its account can read."""
    if document.get("encrypted") is not True:
        return False
    if document.get("passwordProtected") is not True:
        raise InvalidData(
            "the export is for its account alone, and nobody else can read it",
            hint="export again, as .json, or as .json (Encrypted) with the type Password protected",
        )
    return True


def unsealed(document: Mapping[str, object], passphrase: Secret) -> bytes:
    """Return the JSON within; raise Locked for another passphrase, InvalidData for a file that is damaged."""
    stretched = _key_of(document, passphrase)
    encrypt, authenticate = ciphers.hkdf_expand(stretched, b"enc"), ciphers.hkdf_expand(stretched, b"mac")
    if _opened(document, _CHECK, encrypt, authenticate) is None:
        raise Locked("this is not the passphrase of the export")
    inner = _opened(document, _DATA, encrypt, authenticate)
    if inner is None:
        raise InvalidData("the export is damaged: its data is not what was sealed")
    return inner


def _key_of(document: Mapping[str, object], passphrase: Secret) -> bytes:
    salt = document.get("salt")
    if not isinstance(salt, str) or not salt:
        raise InvalidData("the export names no salt")
    kind, rounds = document.get("kdfType"), _number(document, "kdfIterations")
    if kind == _PBKDF2 and 1 <= rounds <= _MOST_ROUNDS:
        return ciphers.pbkdf2(passphrase.reveal_bytes(), salt.encode(), rounds)
    if kind == _ARGON2:
        memory, lanes = _number(document, "kdfMemory"), _number(document, "kdfParallelism")
        if 1 <= rounds <= _MOST_PASSES and 1 <= memory <= _MOST_MEMORY_MIB and 1 <= lanes <= _MOST_LANES:
            cost = ciphers.Argon2Cost(memory * 1024, rounds, lanes)
            return ciphers.argon2(passphrase.reveal_bytes(), ciphers.sha256(salt.encode()), cost, is_id=True)
    raise InvalidData("the export asks for a key derivation that is unknown, or out of bounds")


def _number(document: Mapping[str, object], key: str) -> int:
    value = document.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _opened(document: Mapping[str, object], key: str, encrypt: bytes, authenticate: bytes) -> bytes | None:
    """Return what a sealed text holds; None when its MAC is not that of these keys."""
    text = document.get(key)
    if not isinstance(text, str) or not text.startswith(_AES_CBC_HMAC) or text.count("|") != 2:
        raise InvalidData(f"the export is damaged: its {key} is no sealed text")
    try:
        iv, ciphertext, mac = (b64decode(part, validate=True) for part in text[len(_AES_CBC_HMAC) :].split("|"))
    except (binascii.Error, ValueError):
        raise InvalidData(f"the export is damaged: its {key} is not base64") from None
    if not ciphers.is_hmac(authenticate, iv + ciphertext, mac):
        return None
    plain = ciphers.aes_cbc(encrypt, iv, ciphertext)
    if plain is None:
        raise InvalidData(f"the export is damaged: its {key} is not whole")
    return plain
