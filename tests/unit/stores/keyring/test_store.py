"""The vault in a keyring: what it leaves behind, what it refuses, and what it says of a keyring that is of no use."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from nexcred.errors import (
    Locked,
    MadeByNewer,
    NexcredError,
    OutcomeUnknown,
    RolledBack,
    StoreFailed,
    Tampered,
    VaultNotFound,
)
from nexcred.model.secret import Secret
from nexcred.oskeyring.access import GuardedKeyring
from nexcred.oskeyring.failure import KeyringFailure, KeyringUnavailable
from nexcred.stores.keyring.parts import MOST_BYTES
from nexcred.stores.keyring.store import KeyringStore
from nexcred.stores.tables.in_memory import HEADS_KEPT_IN_TABLES
from nexcred.vault.edit import Edit
from nexcred.vault.store import Change
from nexcred.vault.vault import Vault
from tests.support.keyring_backend import SOON, MemoryBackend, SilentBackend, guard
from tests.support.remembering import seen
from tests.support.sample_vault import add, describe, open_new
from tests.support.vault_file import proved

SHORT = 1_280


@pytest.fixture
def backend() -> MemoryBackend:
    return MemoryBackend()


@pytest.fixture
def opener(backend: MemoryBackend, tmp_path: Path) -> Callable[[], KeyringStore]:
    return lambda: KeyringStore("", lambda: guard(backend, most_characters=SHORT), tmp_path)


Opener = Callable[[], KeyringStore]


def test_a_vault_lives_in_a_keyring(opener: Opener) -> None:
    vault = open_new(opener())
    created = add(vault, "prod", "EXAMPLE-value")
    again = Vault(opener(), vault.identity, memory=seen(vault.anchor))
    assert again.find("prod") == created
    assert again.details(created).fields["account_id"] == "EXAMPLE-account"
    assert proved(again).credentials == 1


def purge(name: str, edit: Edit) -> None:
    edit.purge(edit.find(name))


def test_each_write_leaves_one_snapshot_and_nothing_else(opener: Opener, backend: MemoryBackend) -> None:
    vault = open_new(opener())
    for n in range(6):
        add(vault, f"name {n}", "x" * 400)
        places = {service.split()[3] for service, _ in backend.items}
        assert len(places) == 1
        text = next(text for (service, _), text in backend.items.items() if service.endswith("manifest"))
        assert int(text.split()[2]) == len(backend.items) - 1
    many = len(backend.items)
    for n in range(6):
        vault.edit(partial(purge, f"name {n}"))
    assert len(backend.items) < many
    assert max(map(len, backend.items.values())) <= SHORT


def test_nothing_readable_is_in_the_keyring(opener: Opener, backend: MemoryBackend) -> None:
    add(open_new(opener()), "canary-name-EXAMPLE", "canary-value-EXAMPLE")
    everything = repr(backend.items)
    assert "canary" not in everything
    assert "account" not in everything


def test_vaults_of_two_names_do_not_meet(backend: MemoryBackend, tmp_path: Path) -> None:
    first = open_new(KeyringStore("one", lambda: guard(backend), tmp_path))
    second = open_new(KeyringStore("two", lambda: guard(backend), tmp_path))
    assert first.vault_id != second.vault_id
    add(first, "prod")
    assert second.names() == []


def test_the_keyring_is_opened_once_and_late(backend: MemoryBackend, tmp_path: Path) -> None:
    opened: list[GuardedKeyring] = []

    def open_it() -> GuardedKeyring:
        opened.append(guard(backend))
        return opened[-1]

    store = KeyringStore("", open_it, tmp_path)
    assert opened == []
    add(open_new(store), "prod")
    assert len(opened) == 1


def test_case_40_a_vault_too_large_for_a_keyring_is_refused_and_stays_as_it_was(
    opener: Opener, backend: MemoryBackend
) -> None:
    vault = open_new(opener())
    add(vault, "small")
    before = dict(backend.items)
    with pytest.raises(StoreFailed, match="at most 256 KiB") as caught:
        add(vault, "large", "x" * MOST_BYTES)
    assert "--vault FILE" in caught.value.hint
    assert backend.items == before
    assert vault.names() == ["small"]


def test_case_40_long_secrets_fit_into_short_items(opener: Opener, backend: MemoryBackend) -> None:
    vault = open_new(opener())
    secret = "0123456789abcdef" * 8_192
    created = add(vault, "long", secret)
    value = Vault(opener(), vault.identity).details(created).fields["api_key"]
    assert isinstance(value, Secret)
    assert value.reveal() == secret
    assert len(backend.items) > 100


@pytest.mark.parametrize(
    "damage",
    [
        lambda items, key: items.pop(key),
        lambda items, key: items.update({key: items[key][:-4]}),
        lambda items, key: items.update({key: "A" + items[key][1:] if items[key][0] != "A" else "B" + items[key][1:]}),
        lambda items, key: items.update({key: items[key] + "AAAA"}),
        lambda items, key: items.update({key: "not base64 \u20ac"}),
        lambda items, key: items.update({key: ""}),
    ],
)
def test_a_damaged_item_is_damage_and_never_an_empty_vault(
    opener: Opener, backend: MemoryBackend, damage: Callable[[dict[tuple[str, str], str], tuple[str, str]], object]
) -> None:
    add(open_new(opener()), "prod")
    whole = dict(backend.items)
    for key in whole:
        backend.items = dict(whole)
        damage(backend.items, key)
        # Without its manifest there is no vault to be seen: there it is the anchor that knows better.
        expected = VaultNotFound if key[0].endswith("manifest") and key not in backend.items else Tampered
        with pytest.raises(expected), opener().read():
            pass


@pytest.mark.parametrize(
    ("manifest", "refusal"),
    [
        ("NXK2 5 1 10 " + 64 * "0", MadeByNewer),
        ("NXK1 4 1 10 " + 64 * "0", Tampered),  # in the other's place
        ("NXK1 5 9999 999999 " + 64 * "0", Tampered),
        ("NXK1 05 1 10 " + 64 * "0", Tampered),
        ("NXK1 5 0 10 " + 64 * "0", Tampered),
        ("NXK1 5 1 10 " + 64 * "0" + "\n", Tampered),
        ("", Tampered),
        ("x" * 100_000, Tampered),
    ],
)
def test_a_manifest_that_is_none_is_refused(
    opener: Opener, backend: MemoryBackend, manifest: str, refusal: type[NexcredError]
) -> None:
    backend.items["nexcred vault default 1 manifest", "nexcred"] = manifest
    with pytest.raises(refusal), opener().read():
        pass
    with pytest.raises(refusal), opener().write():
        pass


def test_an_older_snapshot_put_back_is_noticed(opener: Opener, backend: MemoryBackend) -> None:
    vault = open_new(opener())
    add(vault, "first")
    older = dict(backend.items)
    add(vault, "second")
    backend.items = older
    with pytest.raises(RolledBack):
        Vault(opener(), vault.identity, memory=seen(vault.anchor))


def test_a_machine_that_lags_behind_the_heads_that_are_kept_is_warned(opener: Opener) -> None:
    vault = open_new(opener())
    add(vault, "prod")
    anchor = vault.anchor
    for n in range(HEADS_KEPT_IN_TABLES - 1):
        describe(vault, "prod", f"write {n}")
    warnings: list[str] = []
    Vault(opener(), vault.identity, memory=seen(anchor), warn=warnings.append)
    assert warnings == []
    describe(vault, "prod", "one more")
    Vault(opener(), vault.identity, memory=seen(anchor), warn=warnings.append)
    assert [warning for warning in warnings if "64 times or more" in warning] == warnings != []


def test_a_reader_takes_the_snapshot_that_a_quicker_writer_made(opener: Opener, backend: MemoryBackend) -> None:
    vault = open_new(opener())
    add(vault, "first")
    reader = opener()
    steps = iter(("write",))

    def write_between(method: str, service: str) -> None:
        if method == "get" and " part 0" in service and next(steps, None) == "write":
            add(vault, "second")

    backend.before_each = write_between
    assert "second" in Vault(reader, vault.identity).names()


def test_a_writer_without_the_lock_is_noticed(opener: Opener, backend: MemoryBackend, tmp_path: Path) -> None:
    vault = open_new(opener())
    elsewhere = KeyringStore("", lambda: guard(backend), tmp_path / "another folder")
    with (store := opener()).write() as snapshot:
        head = snapshot.head()
        add(Vault(elsewhere, vault.identity), "second")
        assert not store.commit(Change(head=b"head", generation=99), head)


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (KeyringFailure.LOCKED, Locked),
        *((failure, StoreFailed) for failure in KeyringFailure if failure is not KeyringFailure.LOCKED),
    ],
)
def test_case_38_a_keyring_of_no_use_is_named(
    tmp_path: Path, failure: KeyringFailure, error: type[NexcredError]
) -> None:
    def fail() -> GuardedKeyring:
        raise KeyringUnavailable(failure, "the reason EXAMPLE")

    store = KeyringStore("", fail, tmp_path)
    with pytest.raises(error, match="the reason EXAMPLE") as caught:
        store.exists()
    assert caught.value.hint
    for use in (store.read, store.write):
        with pytest.raises(error), use():
            pass


def test_case_39_a_hanging_keyring_is_given_up(tmp_path: Path) -> None:
    backend = SilentBackend()
    store = KeyringStore("", lambda: guard(backend, patience=SOON), tmp_path)
    with pytest.raises(StoreFailed, match="no answer"), store.read():
        pass
    backend.release()


def test_case_39_a_keyring_that_is_locked_meanwhile_is_named(opener: Opener, backend: MemoryBackend) -> None:
    vault = open_new(opener())

    def locked(_method: str, _service: str) -> None:
        raise KeyringLocked("no")

    backend.before_each = locked
    with pytest.raises(Locked, match="the keyring is locked"):
        vault.names()


def test_a_manifest_that_reads_back_differently_leaves_the_old_vault(tmp_path: Path) -> None:
    class Garbling(MemoryBackend):
        garbles = False

        def set_password(self, service: str, username: str, password: str, /) -> None:
            garbled = self.garbles and service.endswith("manifest")
            super().set_password(service, username, "garbled" if garbled else password)

    backend = Garbling()
    vault = open_new(KeyringStore("", lambda: guard(backend), tmp_path))
    add(vault, "first")
    backend.garbles = True
    with pytest.raises(StoreFailed, match="does not give back"):
        add(vault, "second")
    assert Vault(KeyringStore("", lambda: guard(backend), tmp_path), vault.identity).names() == ["first"]


def test_a_last_step_without_an_answer_is_an_unknown_outcome(opener: Opener, backend: MemoryBackend) -> None:
    vault = open_new(opener())

    def fail_after_manifest(method: str, service: str) -> None:
        if method == "set" and service.endswith("manifest"):
            backend.before_each = _always_fail

    backend.before_each = fail_after_manifest
    with pytest.raises(OutcomeUnknown):
        add(vault, "second")
    backend.before_each = lambda _method, _service: None
    assert Vault(opener(), vault.identity).names() == ["second"]


def _always_fail(_method: str, _service: str) -> None:
    raise RuntimeError("gone")
