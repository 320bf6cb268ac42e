"""Case 2: two seals of the same input share only identifiers; 10⁵ nonces differ."""

from nexcred.vault.head import seal_head
from nexcred.vault.identity import Identity
from nexcred.vault.open_state import open_state
from nexcred.vault.record import RecordPlace, read_header, seal_for
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, open_new

PLACE = RecordPlace(2, b"v" * 16, b"r" * 16, 1, 1)
ADA = Identity(b"a" * 32, bytes(16))
IDENTIFIERS, NONCE_AND_COMMITMENT, COUNT_AND_HINT = slice(0, 50), slice(50, 94), slice(94, 100)


def chunks(data: bytes, size: int = 6) -> set[bytes]:
    return {data[start : start + size] for start in range(len(data) - size + 1)}


def test_case_02_two_seals_of_one_text_share_only_identifiers() -> None:
    one, two = (seal_for(PLACE, b"EXAMPLE" * 40, [ADA.public], bytes(32)) for _ in range(2))
    assert one[IDENTIFIERS] == two[IDENTIFIERS]
    assert one[COUNT_AND_HINT] == two[COUNT_AND_HINT]
    assert not chunks(one[NONCE_AND_COMMITMENT]) & chunks(two[NONCE_AND_COMMITMENT])
    assert not chunks(one[COUNT_AND_HINT.stop :]) & chunks(two[COUNT_AND_HINT.stop :])


def test_case_02_two_heads_of_one_state_share_only_identifiers() -> None:
    store = MemoryStore()
    vault = open_new(store)
    with store.read() as snapshot:
        state = open_state(snapshot, vault.identity, None)
    one, two = (seal_head(state.place, state.head.head, vault.identity, state.keys.head) for _ in range(2))
    assert one[:33] == two[:33]
    assert not chunks(one[33:]) & chunks(two[33:])


def test_case_02_two_credentials_of_the_same_values_share_only_the_vault() -> None:
    store = MemoryStore()
    vault = open_new(store)
    for name in ("one", "two"):
        add(vault, name)
    one, two = (record for record in store.tables.items.values() if record[5] == 2)
    assert one[6:22] == two[6:22] == vault.vault_id
    assert not chunks(one[22:38]) & chunks(two[22:38])
    assert not chunks(one[50:94]) & chunks(two[50:94])
    assert not chunks(one[96:]) & chunks(two[96:])


def test_case_02_a_hundred_thousand_nonces_differ() -> None:
    nonces = {read_header(seal_for(PLACE, b"", [], bytes(32))).nonce for _ in range(100_000)}
    assert len(nonces) == 100_000
