"""The trash, wherever the vault is kept, and beside all that goes through every record."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from nexcred.errors import CredentialNotFound, NotPermitted, StoreFailed
from nexcred.local.anchors import AnchorFile
from nexcred.local.machine_memory import MachineMemory
from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.adopting import adopt
from nexcred.vault.belief import Belief
from nexcred.vault.branches import Branch, part
from nexcred.vault.edit import Edit
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.open_state import open_state
from nexcred.vault.parted_records import compare
from nexcred.vault.restoring import restore
from nexcred.vault.roster import GUEST, MEMBER, OWNER, READER
from nexcred.vault.store import Store
from nexcred.vault.teams import join_teams, leave_team, make_team
from nexcred.vault.transaction import Transaction
from nexcred.vault.trash import KEPT
from nexcred.vault.vault import Vault
from tests.support.keyring_backend import MemoryBackend, guard
from tests.support.lying_member import id_of
from tests.support.memory_store import MemoryStore
from tests.support.remembering import seen
from tests.support.sample_vault import NOW, accepted, add, everything, fill, open_new, remove, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share
from tests.support.trash import use_weekly


@pytest.fixture(params=["memory", "sqlite", "keyring"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    backend = MemoryBackend()
    stores: dict[str, Callable[[], Store]] = {
        "memory": MemoryStore,
        "sqlite": lambda: SqliteStore(tmp_path / "vault.db"),
        "keyring": lambda: KeyringStore("", lambda: guard(backend), tmp_path),
    }
    return stores[request.param]()


def take_out(vault: Vault, name: str, new: str | None = None) -> None:
    (found,) = [one for one in vault.trash() if one.credential.name == name]
    vault.edit(lambda edit: edit.take_out(bytes.fromhex(found.credential.id), new))


def in_trash(vault: Vault) -> list[str]:
    return [one.credential.name for one in vault.trash()]


def digests(vault: Vault) -> set[bytes]:
    with vault.store.read() as snapshot:
        return set(snapshot.item_digests())


def test_it_comes_back_with_all_that_it_had_and_goes_without_a_trace(store: Store) -> None:
    vault = open_new(store)
    fill(vault)
    before = {name: (one._replace(revision=0), *rest) for name, (one, *rest) in everything(vault).items()}
    empty = digests(vault)
    for name in before:
        remove(vault, name)
    assert vault.names() == []
    assert in_trash(vault) == sorted(before, key=str.casefold)
    again = Vault(store, vault.identity, memory=vault.memory, now=lambda: NOW)
    for name in before:
        take_out(again, name)
    after = {name: (one._replace(revision=0), *rest) for name, (one, *rest) in everything(again).items()}
    assert after == before
    assert len(digests(again)) == len(empty)
    for name in before:
        remove(again, name)
    for one in again.trash():
        again.edit(partial(Edit.empty, record_id=bytes.fromhex(one.credential.id)))
    assert (digests(again), again.size) == (set(), 0)
    assert again.verify().strays == 0


def test_what_is_over_goes_with_the_first_write_after_thirty_days(store: Store) -> None:
    told: list[str] = []
    vault = open_new(store)
    add(vault, "old")
    remove(vault, "old")
    before = Vault(store, vault.identity, memory=vault.memory, now=lambda: NOW + KEPT - timedelta(seconds=1))
    add(before, "new")
    assert in_trash(before) == ["old"]
    use_weekly(lambda now: Vault(store, vault.identity, memory=vault.memory, now=lambda: now), NOW, NOW + KEPT)
    after = Vault(store, vault.identity, memory=vault.memory, now=lambda: NOW + KEPT, warn=told.append)
    assert in_trash(after) == ["old"]  # nobody who only reads ends anything
    add(after, "newer")
    assert in_trash(after) == []
    assert told == ["a credential lay in the trash for 30 days, and went for good"]
    assert after.verify().strays == 0


def test_a_machine_remembers_in_a_file_of_its_own(tmp_path: Path) -> None:
    """Across processes; where the file is of no use, the days begin anew."""
    store = MemoryStore()
    founder = open_new(store)

    def opened(days: float) -> Vault:
        return at(NOW + timedelta(days=days))

    def at(now: datetime) -> Vault:
        memory = MachineMemory(tmp_path, "memory:", AnchorFile(tmp_path, warn=print))
        return Vault(store, founder.identity, memory=memory, now=lambda: now)

    for name in ("one", "two"):
        add(opened(0), name)
        remove(opened(0), name)
    (file,) = tmp_path.rglob("trash")
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert in_trash(opened(29)) == ["one", "two"]
    take_out(opened(29), "one")
    assert opened(29).names() == ["one"]
    for number, spoilt in enumerate((b"", b"NXB2", b"x" * 100, file.read_bytes()[:-1] + b"x")):
        file.write_bytes(spoilt)
        add(opened(31), f"a write {number}")
        assert in_trash(opened(31)) == ["two"]
    use_weekly(at, NOW + timedelta(days=31), NOW + timedelta(days=61))
    add(opened(62), "the last")
    assert in_trash(opened(62)) == []
    opened(62).credentials()
    assert not file.exists()


def test_a_backup_brings_back_what_was_removed_since_and_its_own_trash() -> None:
    store = MemoryStore()
    ada = open_new(store)
    bob = join(ada, store, "Bob", MEMBER)
    for name in ("thrown", "kept"):
        add(ada, name, f"EXAMPLE-{name}")
        share(ada, name, bob)
    remove(ada, "thrown")
    backup = MemoryStore(store.tables.copy())
    remove(ada, "kept")
    take_out(ada, "thrown")
    ada.edit(lambda edit: edit.dismiss(id_of(bob)))
    with backup.read() as old, store.write() as present:
        before = open_state(old, ada.identity, Belief(ProcessMemory(), accept_rollback=True))
        now = open_state(present, ada.identity, Belief(ada.memory))
        restore(store, now, present, before, old, roster=now.roster, seen_generation=ada.generation, now=NOW)
    back = Vault(store, ada.identity, memory=seen(ada.anchor), now=lambda: NOW)
    assert (back.names(), in_trash(back)) == (["kept"], ["thrown"])
    take_out(back, "thrown")
    assert [member.full_name for member in back.holders(back.find("thrown"))] == ["Ada Example"]
    assert secret_of(back, "thrown") == "EXAMPLE-thrown"
    assert not back.verify().faults


@pytest.mark.parametrize("where", ["here", "there"])
def test_two_copies_are_brought_together_with_their_trash(where: str) -> None:
    here = MemoryStore()
    ada = open_new(here)
    for name in ("thrown", "kept"):
        add(ada, name, f"EXAMPLE-{name}")
    there = MemoryStore(here.tables.copy())
    other = Vault(there, ada.identity, memory=seen(ada.anchor), now=lambda: NOW + timedelta(minutes=1))
    remove(ada if where == "here" else other, "thrown")
    add(ada, "new here")
    update(other, "kept", "EXAMPLE-2")
    with there.write() as second, here.write() as first:
        states = [
            open_state(one, ada.identity, Belief(ProcessMemory(), accept_rollback=True)) for one in (first, second)
        ]
        both = part(Branch(states[0], first, is_mine=True), Branch(states[1], second, is_mine=False))
        compared = compare(both, ada.remembered, "from the other copy")
        adopt(here, both, compared, Transaction(both.base.state, both.base.snapshot, now=NOW + timedelta(minutes=9)))
    back = Vault(here, ada.identity, memory=seen(ada.anchor), now=lambda: NOW, confirm=lambda _: True)
    if where == "here":
        assert (back.names(), in_trash(back)) == (["kept", "new here"], ["thrown"])
        take_out(back, "thrown")
    assert secret_of(back, "thrown") == "EXAMPLE-thrown"  # removed in the other one, it stays
    assert secret_of(back, "kept") == "EXAMPLE-2"
    assert not back.verify().faults


def test_teams_roles_and_checkpoints_go_on_beside_it() -> None:
    store = MemoryStore()
    ada = open_new(store)
    bob, gus = join(ada, store, "Bob", OWNER), join(ada, store, "Gus", GUEST)
    add(bob, "prod", "EXAMPLE-1")
    team = ada.change(lambda copy: make_team(copy, "devs"))
    ada.change(lambda copy: join_teams(copy, [team], [ada.state.me.id]))
    bob.edit(lambda edit: edit.share(edit.find("prod"), [id_of(gus)], teams=[team]))
    set_session(bob, "prod", {"token": "EXAMPLE"})
    remove(bob, "prod")
    assert ada.checkpoint(id_of(gus)).floor.pairs == ()
    assert ada.held_by(id_of(gus)) == []
    assert ada.change(lambda copy: leave_team(copy, team, ada.state.me.id)).exposed == ("prod",)
    with pytest.raises(NotPermitted):
        take_out(ada, "prod")
    assert ada.edit(lambda edit: edit.change_role(id_of(bob), MEMBER)).disputed == ()
    take_out(bob, "prod")
    assert bob.session(bob.find("prod")) == {"token": "EXAMPLE"}
    assert [member.full_name for member in bob.holders(bob.find("prod"))] == ["Bob", "Gus"]
    remove(bob, "prod")
    assert ada.edit(lambda edit: edit.change_role(id_of(bob), READER)).pinned == ("prod",)
    with pytest.raises(NotPermitted):
        take_out(bob, "prod")
    assert not ada.verify().faults


def test_new_keys_of_somebody_else_leave_it_as_it_is() -> None:
    store = MemoryStore()
    ada = open_new(store)
    bob = join(ada, store, "Bob", MEMBER)
    add(ada, "prod", "EXAMPLE-1")
    share(ada, "prod", bob)
    update(bob, "prod", "EXAMPLE-2")
    remove(bob, "prod")
    assert rekey(bob).disputed == ()
    take_out(ada, "prod")
    assert secret_of(ada, "prod") == secret_of(bob, "prod") == "EXAMPLE-2"
    assert not ada.verify().faults


def test_a_result_of_a_probe_that_comes_late_changes_nothing_in_it() -> None:
    vault = open_new(MemoryStore())
    credential = add(vault, "prod")
    remove(vault, "prod")
    vault.edit(lambda edit: edit.record_probe(credential, accepted()))
    assert [one.credential.probe for one in vault.trash()] == [None]
    with pytest.raises(CredentialNotFound):
        vault.find("prod")


def test_a_keyring_that_is_full_is_made_room_in(tmp_path: Path) -> None:
    backend = MemoryBackend()
    vault = open_new(KeyringStore("", lambda: guard(backend), tmp_path))
    for number in range(4):
        add(vault, f"large {number}", "x" * 55_000)
    with pytest.raises(StoreFailed, match="at most 256 KiB") as full:
        add(vault, "one more", "x" * 55_000)
    assert "nexcred trash empty" in full.value.hint
    remove(vault, "large 1")
    with pytest.raises(StoreFailed):  # what is in the trash is there still
        add(vault, "one more", "x" * 55_000)
    (one,) = vault.trash()
    vault.edit(lambda edit: edit.empty(bytes.fromhex(one.credential.id)))
    add(vault, "one more", "x" * 55_000)
