"""The former names of renamed and removed credentials, as a machine keeps them: sealed for the identity that did it.

Base64 of nonce 12 | GCM(HKDF(seed, "kept names"), JSON array of texts), associated data = vault_id.
"""

import base64
import json

from nexcred.vault.identity import Identity
from nexcred.vault.primitives import NONCE_BYTES, WrongKey, decrypt, derive, encrypt, new_nonce

_KEY = "kept names"


def seal_names(names: tuple[str, ...], identity: Identity, vault_id: bytes) -> str:
    nonce = new_nonce()
    plain = json.dumps(names).encode()
    return base64.b64encode(nonce + encrypt(derive(identity.seed, _KEY), nonce, plain, vault_id)).decode()


def open_names(sealed: str, identity: Identity, vault_id: bytes) -> tuple[str, ...]:
    """Return the names; none where another identity sealed them, or nobody."""
    try:
        raw = base64.b64decode(sealed, validate=True)
        plain = decrypt(derive(identity.seed, _KEY), raw[:NONCE_BYTES], raw[NONCE_BYTES:], vault_id)
        return tuple(map(str, json.loads(plain)))
    except (WrongKey, ValueError):
        return ()
