"""Whoever is asked something thinks for as long as he likes: meanwhile others read and write."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from nexcred.errors import NameMoved
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import Changes
from nexcred.vault.floor import Floor
from nexcred.vault.identity import Identity
from nexcred.vault.memory import Doubt, ProcessMemory
from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.support.sample_vault import NOW, add, describe, open_new
from tests.support.shared_vault import secret_of


class Scene(NamedTuple):
    """Ada, and Bob, who writes whenever she is asked; neither waits long for the other."""

    ada: Vault
    bob: Vault
    asked: list[Doubt]

    def answering(self, *answers: bool, write: Callable[[Vault], object], is_fresh: bool = False) -> Vault:
        """Return Ada at a terminal; on a fresh machine she has keys that say nothing of the vault."""
        left = list(answers)

        def confirm(doubt: Doubt) -> bool:
            self.asked.append(doubt)
            write(self.bob)
            return left.pop(0)

        identity = Identity(self.ada.identity.seed, self.ada.vault_id, None) if is_fresh else self.ada.identity
        memory = ProcessMemory() if is_fresh else self.ada.memory
        return Vault(self.ada.store, identity, memory=memory, now=lambda: NOW, confirm=confirm)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    ada = open_new(SqliteStore(tmp_path / "vault.db", lock_timeout_s=0.1))
    add(ada, "prod", "EXAMPLE-prod")
    add(ada, "test", "EXAMPLE-test")
    bobs = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(bobs.public, "Bob", MEMBER))
    bob = Vault(SqliteStore(tmp_path / "vault.db", lock_timeout_s=0.1), bobs, now=lambda: NOW)
    for name in ("prod", "test"):
        secret_of(ada, name)
    exchange(bob, "prod", "test")
    return Scene(ada, bob, [])


def exchange(who: Vault, one: str, other: str) -> None:
    for old, new in ((one, "aside"), (other, one), ("aside", other)):
        who.edit(lambda edit, old=old, new=new: edit.update(edit.find(old), Changes(name=new)))  # type: ignore[misc]


def describes(bob: Vault) -> None:
    describe(bob, "test", "EXAMPLE")


def test_others_write_while_somebody_is_asked_about_a_name(scene: Scene) -> None:
    ada = scene.answering(True, write=describes)
    assert secret_of(ada, "prod") == "EXAMPLE-test"
    assert secret_of(ada, "prod") == "EXAMPLE-test"
    assert len(scene.asked) == 1


def test_a_no_counts_for_one_read(scene: Scene) -> None:
    ada = scene.answering(False, True, write=describes)
    with pytest.raises(NameMoved):
        secret_of(ada, "prod")
    assert secret_of(ada, "prod") == "EXAMPLE-test"


def test_what_moved_again_while_somebody_thought_is_asked_about_anew(scene: Scene) -> None:
    """A yes is for the record that was shown, however much another looks like it."""
    add(scene.bob, "third", "EXAMPLE-third")
    ada = scene.answering(True, write=lambda bob: exchange(bob, "prod", "third"))
    found = ada.find("prod")
    with pytest.raises(Exception, match="no longer in the vault"):
        ada.details(found)
    assert len(scene.asked) == 1
    with pytest.raises(NameMoved):
        secret_of(Vault(ada.store, ada.identity, memory=ada.memory), "prod")


def test_others_write_while_many_are_read_at_one_moment(scene: Scene) -> None:
    ada = scene.answering(True, True, write=describes)
    found = {name: ada.find(name) for name in ("prod", "test")}
    with ada.snapshot():
        read = {name: ada.details(one).fields["api_key"] for name, one in found.items()}
        assert [str(value.reveal()) for value in read.values()] == ["EXAMPLE-test", "EXAMPLE-prod"]  # type: ignore[union-attr]
    assert len(scene.asked) == 2
    describes(scene.bob)


def test_others_write_while_somebody_is_asked_who_belongs_to_a_vault(scene: Scene) -> None:
    ada = scene.answering(True, write=describes, is_fresh=True)
    assert ada.names() == ["prod", "test"]
    assert [doubt.question for doubt in scene.asked] == ["Are these the people who belong to it?"]


def test_who_came_while_somebody_thought_is_shown_too(scene: Scene) -> None:
    eve = Identity.generate().bind(scene.ada.vault_id, Floor(1, bytes(32)))

    def admit(_: Vault) -> None:
        if len(scene.asked) == 1:
            scene.ada.edit(lambda edit: edit.admit(eve.public, "Eve", MEMBER))

    ada = scene.answering(True, True, write=admit, is_fresh=True)
    assert len(ada.members) == 3
    assert [any(line == "Eve, member" for line in doubt.told) for doubt in scene.asked] == [False, True]
