"""Case 21 for a vault in a keyring: a crash after any step leaves the old state or the new one, and an acknowledged
write stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.stores.keyring.store import KeyringStore
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.keyring_backend import MemoryBackend, guard
from tests.support.sample_vault import add, open_new

SHORT = 1_280

Items = dict[tuple[str, str], str]


class Recorder(MemoryBackend):
    """Keeps the state after each step. Where it `replaces_in_two`, there is a moment without the item, as on macOS."""

    def __init__(self, *, replaces_in_two: bool) -> None:
        super().__init__()
        self.states: list[Items] = []
        self._replaces_in_two = replaces_in_two

    def set_password(self, service: str, username: str, password: str, /) -> None:
        if self._replaces_in_two and (service, username) in self.items:
            self.delete_password(service, username)
        super().set_password(service, username, password)
        self.states.append(dict(self.items))

    def delete_password(self, service: str, username: str, /) -> None:
        super().delete_password(service, username)
        self.states.append(dict(self.items))


def _store(backend: MemoryBackend, folder: Path) -> KeyringStore:
    return KeyringStore("", lambda: guard(backend, most_characters=SHORT), folder)


def _crashed(states: list[Items]) -> Iterator[MemoryBackend]:
    for state in states:
        backend = MemoryBackend()
        backend.items = dict(state)
        yield backend


@pytest.mark.parametrize("replaces_in_two", [False, True])
def test_case_21_a_crash_after_any_step_leaves_old_or_new(tmp_path: Path, *, replaces_in_two: bool) -> None:
    recorder = Recorder(replaces_in_two=replaces_in_two)
    vault = open_new(_store(recorder, tmp_path))
    names: list[str] = []
    for name, secret in (("one", "x" * 3_000), ("two", "y"), ("three", "z" * 5_000)):
        recorder.states = [dict(recorder.items)]
        add(vault, name, secret)
        seen = [_names(crashed, vault.identity, tmp_path) for crashed in _crashed(recorder.states)]
        old, new = list(names), sorted([*names, name])
        turned = seen.index(new)
        assert seen == [old] * turned + [new] * (len(seen) - turned)
        assert turned > 0
        names = new


@pytest.mark.parametrize("replaces_in_two", [False, True])
def test_case_21_after_any_crash_the_next_write_succeeds_and_tidies_up(
    tmp_path: Path, *, replaces_in_two: bool
) -> None:
    recorder = Recorder(replaces_in_two=replaces_in_two)
    vault = open_new(_store(recorder, tmp_path))
    add(vault, "large", "x" * 9_000)
    vault.edit(lambda edit: edit.purge(edit.find("large")))
    recorder.states = []
    add(vault, "new", "y" * 5_000)
    for crashed in _crashed(recorder.states):
        add(Vault(_store(crashed, tmp_path), vault.identity), "after")
        assert "after" in _names(crashed, vault.identity, tmp_path)
        manifests = [text for (service, _), text in crashed.items.items() if service.endswith("manifest")]
        assert len(manifests) == 1
        assert len(crashed.items) == 1 + int(manifests[0].split()[2])


def _names(backend: MemoryBackend, identity: Identity, folder: Path) -> list[str]:
    return sorted(Vault(_store(backend, folder), identity).names())
