"""Published vectors of what the vault stands on, and the vault's own wrapping against a second implementation of it."""

import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.primitives import derive, unwrap_key, wrap_key
from tests.vectors.reference import hkdf, hpke_open, hpke_schedule, hpke_seal, hpke_shared_secret


def test_rfc_5869_a_1_and_a_3() -> None:
    okm = hkdf(b"\x0b" * 22, bytes(range(0xF0, 0xFA)), salt=bytes(range(13)), size=42)
    assert okm.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    okm = hkdf(b"\x0b" * 22, b"", size=42)
    assert okm.hex() == "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"


def test_keys_are_derived_by_that_hkdf() -> None:
    key = os.urandom(32)
    assert derive(key, "overview", b"context") == hkdf(key, b"nexcred/1 overview\0context")


def test_rfc_9180_base_mode_x25519_sha256_aes_256_gcm() -> None:
    """From the CFRG's test-vectors.json: mode 0, KEM 0x0020, KDF 0x0001, AEAD 0x0002, first message."""
    private = bytes.fromhex("497b4502664cfea5d5af0b39934dac72242a74f8480451e1aee7d6a53320333d")
    share = bytes.fromhex("6c93e09869df3402d7bf231bf540fadd35cd56be14f97178f0954db94b7fc256")
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    secret = hpke_shared_secret(private, share)
    assert secret.hex() == "3101c54c3a4f87439eaac080699ed9bbcc726ffe44e860c0424ccb7e3e2ead7b"
    key, nonce = hpke_schedule(secret, info)
    assert key.hex() == "f50b0609186798729ed0564b36ef2ef8044f1f9d05636874d1f46c819c7a669f"
    assert nonce.hex() == "151d9929e2449747889bc923"
    sealed = bytes.fromhex("e5d84cd531cfb583096e7cfa9641bd3079cf3a91cda813c52deb5f512be9931980a41de125a925cdad859d5b7a")
    assert hpke_open(private, share, sealed, info, b"Count-0") == b"Beauty is truth, truth beauty"


def test_what_the_vault_wraps_opens_by_that_hpke_and_the_other_way() -> None:
    ada, key, info = Identity.generate(), os.urandom(32), b"nexcred/1 grant\0 and more"
    wrapped = wrap_key(key, ada.public.agreement, info)
    assert hpke_open(ada.agreement.private_bytes_raw(), wrapped[:32], wrapped[32:], info, b"") == key
    assert unwrap_key(hpke_seal(os.urandom(32), ada.public.keys[0], key, info), ada.agreement, info) == key


def test_rfc_9106_argon2id() -> None:
    argon = Argon2id(salt=b"\2" * 16, length=32, iterations=3, lanes=4, memory_cost=32, ad=b"\4" * 12, secret=b"\3" * 8)
    assert argon.derive(b"\1" * 32).hex() == "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"


def test_rfc_8032_and_rfc_7748_keys_make_an_identity() -> None:
    signing = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    agreement = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
    )
    public = PublicIdentity(agreement.public_key().public_bytes_raw(), signing.public_key().public_bytes_raw())
    assert public.keys[0].hex() == "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    assert public.keys[1].hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    assert signing.sign(b"") == signature
    public.signing.verify(signature, b"")
