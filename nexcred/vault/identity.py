"""Identities: 32 secret bytes from which come a key to receive grants (X25519) and a key to sign (Ed25519).

secret  "NEXCRED-SECRET-2" base32(seed 32 ‖ vault_id 16 ‖ floor ‖ check 4), where
        floor = roster length 4 ‖ roster hash 32 ‖ count 2 ‖ count × pair 16; big-endian
public  "NEXCRED-ID-2" base32(X25519 32 ‖ Ed25519 32 ‖ Ed25519 signature 64 over label ‖ both ‖ check 4)
Version 1 of the secret has no floor, of the public no signature.
"""

import os

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nexcred.errors import InvalidData, Locked
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.checked_text import decode_checked, encode_checked
from nexcred.vault.floor import Floor, read_floor, write_floor
from nexcred.vault.openssl import private_key, public_key
from nexcred.vault.primitives import SUITE, derive, digest, label

SECRET_PREFIX = "NEXCRED-SECRET-2"  # noqa: S105
FIRST_SECRET_PREFIX = "NEXCRED-SECRET-1"  # noqa: S105
PUBLIC_PREFIX = "NEXCRED-ID-2"
FIRST_PUBLIC_PREFIX = "NEXCRED-ID-1"
SEED_BYTES = 32
VAULT_ID_BYTES = 16
FINGERPRINT_BYTES = 16
PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
NO_VAULT = bytes(VAULT_ID_BYTES)

_FIELD_PRIME = 2**255 - 19
# The coordinates of all points whose order divides 8. Of X25519, on the curve and on its twist: they are zero times any
# clamped scalar (RFC 7748, 6.1). Of Ed25519 the same points, by y = (u - 1) / (u + 1) of section 4.1, and the neutral.
_SMALL_ORDER_U = frozenset(
    (
        0,
        1,
        _FIELD_PRIME - 1,
        0x00B8495F16056286_FDB1329CEB8D09DA_6AC49FF1FAE35616_AEB8413B7C7AEBE0,
        0x57119FD0DD4E22D8_868E1C58C45C4404_5BEF839C55B1D0B1_248C50A3BC959C5F,
    )
)
_Y_OF_ORDER_8 = 0x05FC536D880238B1_3933C6D305ACDFD5_F098EFF289F4C345_B027B2C28F95E826
_SMALL_ORDER_Y = frozenset((0, 1, _FIELD_PRIME - 1, _Y_OF_ORDER_8, _FIELD_PRIME - _Y_OF_ORDER_8))


def fingerprint_of(agreement: bytes, signing: bytes) -> bytes:
    """Return the fingerprint of a pair of raw public keys; 16 bytes."""
    return digest(label("id"), bytes([SUITE]), agreement, signing)[:FINGERPRINT_BYTES]


class PublicIdentity:
    """The two public keys of somebody, checked to be points that an honest key pair can have."""

    __slots__ = ("agreement", "fingerprint", "signing")

    def __init__(self, agreement: bytes, signing: bytes) -> None:
        if len(agreement) != PUBLIC_KEY_BYTES or len(signing) != PUBLIC_KEY_BYTES:
            raise InvalidData("a public key has 32 bytes")
        if _coordinate(agreement) in _SMALL_ORDER_U or _coordinate(signing) in _SMALL_ORDER_Y:
            raise InvalidData("a public key of small order is refused")
        self.agreement = public_key(agreement)
        self.signing = Ed25519PublicKey.from_public_bytes(signing)
        self.fingerprint = fingerprint_of(agreement, signing)

    @classmethod
    def parse(cls, text: str) -> "PublicIdentity":
        """Read what somebody who wants to join has sent; raise InvalidData.

        The signature covers both keys: else a member could send somebody's signing key with their own agreement key.
        """
        raw = _decode(text, PUBLIC_PREFIX, 2 * PUBLIC_KEY_BYTES + SIGNATURE_BYTES)
        if raw is None:
            if _decode(text, FIRST_PUBLIC_PREFIX, 2 * PUBLIC_KEY_BYTES) is not None:
                raise InvalidData(
                    "this public identity is of the first version, which does not prove that its keys belong together",
                    hint="the new member prints it again with this nexcred: nexcred identity show",
                )
            raise InvalidData(f"a public identity has the form {PUBLIC_PREFIX}…", hint="see: nexcred identity show")
        public = cls(raw[:PUBLIC_KEY_BYTES], raw[PUBLIC_KEY_BYTES : 2 * PUBLIC_KEY_BYTES])
        try:
            public.signing.verify(raw[2 * PUBLIC_KEY_BYTES :], public.joiner_message)
        except InvalidSignature:
            raise InvalidData("the keys of this public identity do not belong together") from None
        return public

    @property
    def keys(self) -> tuple[bytes, bytes]:
        """The raw keys: agreement, signing."""
        return self.agreement.public_bytes_raw(), self.signing.public_bytes_raw()

    @property
    def joiner_message(self) -> bytes:
        """What somebody who wants to join a vault signs, over both keys."""
        return label("joiner") + b"".join(self.keys)

    @property
    def text(self) -> str:
        """The keys alone, to be compared with."""
        return _encode(FIRST_PUBLIC_PREFIX, b"".join(self.keys))


class OpenedSlot(NamedTuple):
    """The slot that an identity came out of, and the key that opened it: by it the slot is sealed anew."""

    slot: bytes
    key: bytes

    def __repr__(self) -> str:
        return "OpenedSlot()"


class Identity:
    """Somebody who can open a vault. `vault_id` is zero until it is bound to one.

    `floor` is the roster that its maker knew: none shorter, and no other one, is believed by it.
    """

    __slots__ = ("_seed", "agreement", "floor", "public", "signing", "slot", "vault_id")

    def __init__(
        self, seed: bytes, vault_id: bytes, floor: Floor | None = None, *, slot: OpenedSlot | None = None
    ) -> None:
        if len(seed) != SEED_BYTES or len(vault_id) != VAULT_ID_BYTES:
            raise ValueError("a seed has 32 bytes, a vault id 16")
        self._seed = seed
        self.vault_id = vault_id
        self.floor = floor
        self.slot = slot
        self.agreement = private_key(derive(seed, "x25519"))
        self.signing = Ed25519PrivateKey.from_private_bytes(derive(seed, "ed25519"))
        self.public = PublicIdentity(
            self.agreement.public_key().public_bytes_raw(), self.signing.public_key().public_bytes_raw()
        )

    @classmethod
    def generate(cls) -> "Identity":
        return cls(os.urandom(SEED_BYTES), NO_VAULT)

    @classmethod
    def parse(cls, text: str) -> "Identity":
        """Read a `NEXCRED-SECRET-2…` string, or one of version 1; raise Locked, never with a part of it."""
        raw = _decode(text, SECRET_PREFIX, None)
        if raw is not None and len(raw) > SEED_BYTES + VAULT_ID_BYTES:
            floor = read_floor(raw[SEED_BYTES + VAULT_ID_BYTES :])
            if floor is not None:
                return cls(raw[:SEED_BYTES], raw[SEED_BYTES : SEED_BYTES + VAULT_ID_BYTES], floor)
        raw = _decode(text, FIRST_SECRET_PREFIX, SEED_BYTES + VAULT_ID_BYTES)
        if raw is None:
            raise Locked(
                f"this is not a secret identity: it has the form {SECRET_PREFIX}… and a check sum",
                hint="print it once more with: nexcred identity show --secret",
            )
        return cls(raw[:SEED_BYTES], raw[SEED_BYTES:])

    def bind(self, vault_id: bytes, floor: Floor | None = None) -> "Identity":
        return Identity(self._seed, vault_id, floor or self.floor, slot=self.slot)

    @property
    def seed(self) -> bytes:
        return self._seed

    @property
    def fingerprint(self) -> bytes:
        return self.public.fingerprint

    @property
    def secret_string(self) -> str:
        if self.floor is None:
            return _encode(FIRST_SECRET_PREFIX, self._seed + self.vault_id)
        return _encode(SECRET_PREFIX, self._seed + self.vault_id + write_floor(self.floor))

    @property
    def public_string(self) -> str:
        signature = self.signing.sign(self.public.joiner_message)
        return _encode(PUBLIC_PREFIX, b"".join(self.public.keys) + signature)

    def __repr__(self) -> str:
        return f"Identity({self.fingerprint.hex()})"


def _encode(prefix: str, raw: bytes) -> str:
    return prefix + encode_checked(raw)


def _decode(text: str, prefix: str, size: int | None) -> bytes | None:
    """Return the bytes of a string; None for another prefix, check sum or size, where that is fixed."""
    text = text.strip().upper()
    body = text.removeprefix(prefix)
    return None if body == text else decode_checked(body, size)


def _coordinate(key: bytes) -> int:
    """Return what a key says: the last bit is the sign of the other coordinate, or of no meaning."""
    return int.from_bytes(key, "little") % 2**255 % _FIELD_PRIME
