"""What a person does to a vault, step by step, each step told as soon as nexcred says that it is done."""

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from nexcred.local.anchors import AnchorFile
from nexcred.model.secret import Secret
from nexcred.services.vaults.opening import memory_of
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.edit import Edit
from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.vault import Vault
from tests.support.sample_vault import add, draft, found, remove, set_session, update


def tell(vault: Vault) -> str:
    """Return, in one line, all that the vault holds, and who opens it."""
    held = {}
    for credential in vault.credentials():
        versions = [one.version for one in vault.history(credential)]
        values = [_hashed(vault.details_at(credential, version).fields["api_key"]) for version in versions]
        held[credential.name] = [credential.revision, versions, values, vault.session(credential)]
    generation, head = vault.anchor.generation, vault.anchor.head_hash.hex()
    return json.dumps([vault.identity.secret_string, generation, head, held])


def open_there(folder: Path, identity: Identity) -> Vault:
    """Open the vault of this folder against what the state folder beside it remembers, as every command does."""
    store = SqliteStore(folder / "data" / "vault.db")
    anchors = AnchorFile(folder / "state", warn=_refuse)
    return Vault(store, identity, memory=memory_of(store, anchors))


def steps() -> Iterator[Callable[[Vault], object]]:
    """Yield what is done to the vault once it is founded."""
    yield lambda vault: add(vault, "one", "x" * 3_000)
    yield lambda vault: add(vault, "two")
    yield lambda vault: update(vault, "one", "y" * 9_000)
    yield lambda vault: set_session(vault, "two", {"token": "EXAMPLE"})
    yield lambda vault: vault.edit(lambda edit: [edit.add(draft(f"imported {n}", "z" * 400 * n)) for n in range(16)])
    yield lambda vault: vault.edit(lambda edit: edit.admit(Identity.generate().public, "Bob", MEMBER))
    yield lambda vault: remove(vault, "one")
    yield _rekey
    yield lambda vault: vault.edit(
        lambda edit: edit.dismiss(next(one.fingerprint for one in vault.members if one.role == MEMBER))
    )
    yield lambda vault: remove(vault, "two")


def run(folder: Path) -> None:
    store = SqliteStore(folder / "data" / "vault.db")
    identity = found(store)
    print(tell(open_there(folder, identity)), flush=True)
    for step in steps():
        vault = open_there(folder, identity)
        step(vault)
        identity = vault.identity
        print(tell(vault), flush=True)


def _rekey(vault: Vault) -> None:
    identity = Identity.generate().bind(vault.vault_id, vault.floor)
    slot = make_passphrase_slot("passphrase of EXAMPLE", identity, FLOOR)

    def apply(edit: Edit) -> None:
        edit.rekey(identity, vault.memory.signed(vault.vault_id))
        edit.set_slots((slot,))

    vault.edit(apply)


def _hashed(value: object) -> str:
    assert isinstance(value, Secret)
    return sha256(str(value.reveal()).encode()).hexdigest()


def _refuse(warning: str) -> None:
    raise AssertionError(warning)
