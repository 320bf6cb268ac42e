"""Make vault-v2.db, a vault of format version 2 that is kept for ever, and vault-v2.json, what everybody finds in it.

It was run once. Files that are there are never overwritten: a new format version gets new files.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.access_list import READ
from nexcred.vault.checkpoint import write_checkpoint
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import NO_VAULT, Identity
from nexcred.vault.roster import GUEST, MEMBER, READER
from nexcred.vault.slot import FLOOR, make_passphrase_slot
from nexcred.vault.teams import join_teams, make_team
from nexcred.vault.vault import Vault
from tests.support.sample_vault import add, fill, remove, set_session, update
from tests.support.shared_vault import rekey, share
from tests.vectors.telling import tell

HERE = Path(__file__).parent
SEED = base64.b32decode("EXAMPLE" * 8)[:32]
"""So chosen that the identity string says so."""
PASSPHRASE = "EXAMPLE pässphrase of the vault"
START = datetime(2026, 11, 29, 9, 0, 0, 5_000, tzinfo=UTC)


class Clock:
    """A clock that a minute passes on at each look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def main() -> None:
    path, expected = HERE / "vault-v2.db", HERE / "vault-v2.json"
    if path.exists() or expected.exists():
        raise SystemExit("the vault is frozen")
    founder = found_vault(
        SqliteStore(path),
        Identity(SEED, NO_VAULT),
        organisation="Example Ltd ☂",
        full_name="Ada Example",
        slots_for=lambda bound: (make_passphrase_slot(PASSPHRASE, bound, FLOOR),),
        now=START,
    )
    clock = Clock()
    ada = Vault(SqliteStore(path), founder, now=clock)
    people = {"Ada": ada, **write(ada, clock)}
    told = {
        "passphrase": PASSPHRASE,
        "checkpoint": write_checkpoint(ada.checkpoint()),
        "people": {name: _as_found(path, name, vault, ada, clock) for name, vault in people.items()},
    }
    expected.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def write(ada: Vault, clock: Clock) -> Mapping[str, Vault]:
    """Have everything in it that version 2 knows, and return who else is there."""
    fill(ada)
    set_session(ada, "Prod Events", {"access_token": "EXAMPLE-token", "scopes": ["a", "b"]})
    bob, cyd, rea, ci = (
        _join(ada, clock, *who) for who in (("Bob", MEMBER), ("Cyd", MEMBER), ("Rea", READER), ("ci", GUEST))
    )
    team = ada.change(lambda copy: make_team(copy, "data"))
    ada.change(lambda copy: join_teams(copy, [team], [cyd.state.me.id]))
    ada.edit(lambda edit: edit.share(edit.find("binary"), [], may=READ, teams=[team]))
    share(ada, "Prod Events", bob, rea, ci)
    update(bob, "Prod Events", "EXAMPLE-by-bob")
    add(bob, "bob's", "EXAMPLE-bobs")
    ada.edit(lambda edit: edit.share(edit.find("bob's"), [ada.state.me.id]))
    add(cyd, "before cyd's new keys", "EXAMPLE-cyds")
    rekey(cyd)
    update(cyd, "before cyd's new keys", "EXAMPLE-cyds newer")
    remove(ada, "Ünïcode 日本")
    ada.edit(lambda edit: edit.unshare(edit.find("Prod Events"), [bob.state.me.id]))
    ada.edit(lambda edit: edit.change_role(bob.state.me.id, READER))
    update(ada, "Prod Events", "EXAMPLE-after bob")
    return {"Bob": bob, "Cyd": cyd, "Rea": rea, "ci": ci}


def _join(ada: Vault, clock: Clock, full_name: str, role: str) -> Vault:
    identity = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(identity.public, full_name, role))
    return Vault(ada._store, identity, now=clock)


def _as_found(path: Path, name: str, vault: Vault, ada: Vault, clock: Clock) -> dict[str, object]:
    """Return what somebody finds who comes from nowhere; a guest has the line for guests."""
    identity = vault.identity
    given = ada.checkpoint(vault.state.me.id) if vault.role == GUEST else None
    found = {} if given is None else {"checkpoint": write_checkpoint(given)}
    seen = Vault(SqliteStore(path), identity, checkpoint=given, now=clock)
    return {"identity": identity.secret_string, **found, "told": tell(seen)}


if __name__ == "__main__":
    main()
