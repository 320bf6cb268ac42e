"""No failure, and nothing that prints, holds a secret or a key: not even the failures behind a failure."""

from collections.abc import Callable, Iterator

import pytest

from nexcred.errors import NexcredError, Tampered
from nexcred.model.secret import Secret
from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.open_state import open_state
from nexcred.vault.plaintext import read_details, read_json, write_json
from nexcred.vault.slot import encode_passphrase
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, details, draft, everything, fill, open_new, set_session, update

CANARY = "canary-EXAMPLE"


@pytest.fixture
def vault(store: MemoryStore) -> Vault:
    vault = open_new(store)
    fill(vault)
    add(vault, "prod", CANARY)
    set_session(vault, "prod", {"access_token": CANARY})
    return vault


def chain(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.__cause__ or failure.__context__


def everything_in(failure: BaseException) -> str:
    """Return all that a failure carries, as a debugger or a crash report would show it."""
    return " ".join(repr((one.args, vars(one), getattr(one, "object", None))) for one in chain(failure))


def what_verify_says(vault: Vault) -> str:
    """Return all that is told of damage: of single records in the report, of the whole by a failure."""
    try:
        return " ".join(vault.verify().faults)
    except Tampered as failure:
        return everything_in(failure)


def read_all(vault: Vault) -> None:
    """Read every credential; raise Tampered also for what is only told of at the end."""
    vault.problems.clear()
    everything(vault)
    if vault.problems:
        raise Tampered(" ".join(vault.problems))


FAILING: dict[str, Callable[[Vault, MemoryStore], object]] = {
    "half a character in a secret": lambda vault, _: add(vault, "new", f"{CANARY}\ud800"),
    "half a character in a new value": lambda vault, _: update(vault, "prod", f"{CANARY}\ud800"),
    "a number too large": lambda vault, _: add(vault, "new", CANARY, n=2**80),
    "too large a secret": lambda vault, _: add(vault, "new", CANARY * 400_000),
    "a session that is no JSON": lambda vault, _: set_session(vault, "prod", {CANARY: float("nan")}),
    "a name that is taken": lambda vault, _: add(vault, "PROD", CANARY),
    "a passphrase without a UTF-8 form": lambda *_: encode_passphrase(f"{CANARY}\ud800"),
    "a passphrase that is too long": lambda *_: encode_passphrase(CANARY * 100),
    "a mistyped identity": lambda *_: Identity.parse(f"NEXCRED-SECRET-1{CANARY}"),
    "JSON with a key twice": lambda *_: read_json(f'{{"{CANARY}":1,"{CANARY}":2}}'.encode()),
    "JSON that is cut": lambda *_: read_json(f'{{"api_key":"{CANARY}'.encode()),
    "JSON that is not UTF-8": lambda *_: read_json(CANARY.encode() + b"\xff"),
    "details of another shape": lambda *_: read_details(write_json({"fields": {"api_key": CANARY}})),
    "binary that is no base64": lambda *_: read_details(
        write_json(
            {
                **dict.fromkeys(("connector", "digest", "method"), "x"),
                "allowed_hosts": [],
                "secret_fields": ["k"],
                "fields": {"k": {"b64": CANARY}},
            }
        )
    ),
}


@pytest.mark.parametrize("case", FAILING)
def test_a_failure_carries_no_secret(vault: Vault, store: MemoryStore, case: str) -> None:
    with pytest.raises(NexcredError) as failure:
        FAILING[case](vault, store)
    assert CANARY not in everything_in(failure.value)


def test_damage_carries_no_secret(vault: Vault, store: MemoryStore) -> None:
    for digest, record in dict(store.tables.items).items():
        for position in (0, 60, 97, len(record) - 1):
            store.tables.items[digest] = record[:position] + bytes([record[position] ^ 1]) + record[position + 1 :]
            told = what_verify_says(vault)
            assert told
            assert CANARY not in told
            with pytest.raises(Tampered) as failure:
                read_all(vault)
            assert CANARY not in everything_in(failure.value)
        store.tables.items[digest] = record


def test_nothing_that_prints_shows_a_secret_or_a_key(vault: Vault, store: MemoryStore) -> None:
    credential = vault.find("prod")
    with store.read() as snapshot:
        state = open_state(snapshot, vault.identity, None)
        copy = Transaction(state, snapshot)
        shown = [
            *(vault, vault.identity, credential, vault.details(credential), vault.history(credential), vault.anchor),
            *(state, state.keys, state.place, state.head, state.roster, copy, Edit(copy, credential.created_at)),
            *(draft("x", CANARY), Changes(details=details(CANARY)), Secret(CANARY), copy.find("prod")),
        ]
        keys = [state.vault_key, *state.keys, vault.identity.seed, CANARY.encode()]
    printed = " ".join(f"{one!r} {one!s}" for one in shown)
    assert CANARY not in printed
    for key in keys:
        assert key.hex() not in printed
        assert repr(key) not in printed
