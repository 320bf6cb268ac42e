"""Case 17: a low-order X25519 share; a key of 31 or 33 bytes."""

import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from nexcred.errors import Damaged, InvalidData, NotPermitted, Tampered
from nexcred.vault.identity import Identity, PublicIdentity
from nexcred.vault.primitives import WrongKey, unwrap_key
from nexcred.vault.record import DETAILS, RecordPlace, open_as, seal_for
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import open_new

P = 2**255 - 19
ORDER_8 = 325606250916557431795983626356110631294008115727848805560023387167927233504
OTHER_8 = 39382357235489614581723060781553021112529911719440698176882885853963445705823
U_COORDINATES = [0, 1, P - 1, P, P + 1, ORDER_8, OTHER_8]
LOW_ORDER = [(u | top << 255).to_bytes(32, "little") for u in U_COORDINATES for top in (0, 1)]

# Ed25519 points (RFC 8032, encoded y with the sign of x in the last bit) of order 1, 2, 4 and 8, and their other forms.
Y_OF_ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
Y_8 = int.from_bytes(Y_OF_ORDER_8, "little")
Y_COORDINATES = [1, P - 1, 0, P, P + 1, Y_8, P - Y_8]
SMALL_ORDER = [(y | sign << 255).to_bytes(32, "little") for y in Y_COORDINATES for sign in (0, 1)]

ADA = Identity(b"a" * 32, bytes(16))
PLACE = RecordPlace(DETAILS, b"v" * 16, b"r" * 16, 1, 1)


@pytest.mark.parametrize("share", LOW_ORDER, ids=bytes.hex)
def test_case_17_a_low_order_share_opens_nothing(share: bytes) -> None:
    with pytest.raises(WrongKey):
        unwrap_key(share + bytes(48), ADA.agreement, b"info")
    record = seal_for(PLACE, b"text", [ADA.public], bytes(32))
    with pytest.raises((NotPermitted, Tampered)):
        open_as(record[:100] + share + record[132:], ADA, bytes(32))


def test_case_17_a_low_order_share_in_an_access_row() -> None:
    store = MemoryStore()
    vault = open_new(store)
    (row,) = store.tables.access
    for share in LOW_ORDER:
        store.tables.access = (row[:5] + share + row[37:],)
        with pytest.raises((NotPermitted, Damaged)):
            Vault(store, vault.identity)


@pytest.mark.parametrize("key", LOW_ORDER, ids=bytes.hex)
def test_case_17_a_low_order_agreement_key_is_no_identity(key: bytes) -> None:
    with pytest.raises(InvalidData, match="small order"):
        PublicIdentity(key, ADA.public.keys[1])


def test_case_17_they_are_what_is_zero_times_anything() -> None:
    """The library's own word for it (RFC 7748, 6.1), of the same points on both curves."""
    by_map = [(1 + y) * pow(1 - y, -1, P) % P for y in Y_COORDINATES if y % P != 1]
    shares = [*LOW_ORDER, *(u.to_bytes(32, "little") for u in by_map)]
    for share in shares:
        with pytest.raises(ValueError, match="shared key"):
            X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(share))
    assert {u % P for u in by_map} < {u % P for u in U_COORDINATES}


@pytest.mark.parametrize("key", SMALL_ORDER, ids=bytes.hex)
def test_case_17_a_small_order_signing_key_is_no_identity(key: bytes) -> None:
    with pytest.raises(InvalidData, match="small order"):
        PublicIdentity(ADA.public.keys[0], key)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_case_17_a_key_of_another_length_is_no_identity(size: int) -> None:
    agreement, signing = ADA.public.keys
    for keys in (((agreement * 2)[:size], signing), (agreement, (signing * 2)[:size])):
        with pytest.raises(InvalidData, match="32 bytes"):
            PublicIdentity(*keys)


@pytest.mark.parametrize("size", [31, 33])
def test_case_17_a_share_of_another_length_opens_nothing(size: int) -> None:
    store = MemoryStore()
    vault = open_new(store)
    (row,) = store.tables.access
    wrapped = (row[5:37] * 2)[:size] + row[37:]
    with pytest.raises(WrongKey):
        unwrap_key(wrapped, vault.identity.agreement, b"info")
    store.tables.access = (struct.pack(">IB", 1, 1) + wrapped,)
    with pytest.raises(Tampered):
        Vault(store, vault.identity)
