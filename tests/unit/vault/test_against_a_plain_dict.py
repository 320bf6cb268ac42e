"""A vault does what a plain dict does, whatever is done to it and in whatever order."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from nexcred.errors import CredentialNotFound, NameTaken
from nexcred.model.credential import Credential, Details
from nexcred.model.name import fold_name
from nexcred.model.probe import ProbeResult
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import Changes, NewRecord
from nexcred.vault.edit import Edit
from nexcred.vault.history import HISTORY_KEPT
from nexcred.vault.plaintext import Json
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from nexcred.vault.verify import VerifyReport
from tests.support.memory_store import MemoryStore
from tests.support.remembering import seen
from tests.support.sample_vault import accepted, details, open_new

# Few, so that they meet: in another case, in another form, and one that folds to two letters.
NAMES = st.sampled_from(
    ["prod", "PROD", "Prod Events", "Café", "Cafe\u0301", "CAFÉ", "Straße", "STRASSE", "日本", "n:1"]
)
SECRETS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), st.binary(max_size=300))


class Expected(NamedTuple):
    """What the dict keeps of a credential; `values` has every version, the present one last."""

    name: str
    description: str
    tags: tuple[str, ...]
    values: tuple[Details, ...]
    session: Json | None = None
    probe: ProbeResult | None = None

    def with_values(self, new: Details) -> "Expected":
        return self._replace(values=(*self.values, new), session=None, probe=None)


class VaultAgainstDict(RuleBasedStateMachine):
    """Every rule is done to both; after each of them both hold the same."""

    def __init__(self) -> None:
        super().__init__()
        self.expected: dict[str, Expected] = {}
        self.removed: dict[str, Expected] = {}

    def make_store(self) -> Store:
        return MemoryStore()

    @initialize()
    def found(self) -> None:
        self.store = self.make_store()
        self.vault = open_new(self.store)

    @rule(name=NAMES, secret=SECRETS, description=st.text(max_size=9), tags=st.lists(st.text(max_size=5), max_size=3))
    def add(self, name: str, secret: str | bytes, description: str, tags: list[str]) -> None:
        values = details(secret)
        draft = NewRecord(name, description, tuple(tags), values)
        if fold_name(name) in self.expected:
            with pytest.raises(NameTaken):
                self.vault.edit(lambda edit: edit.add(draft))
        else:
            self.vault.edit(lambda edit: edit.add(draft))
            self.expected[fold_name(name)] = Expected(name, description, tuple(tags), (values,))

    @rule(name=NAMES, secret=SECRETS)
    def update(self, name: str, secret: str | bytes) -> None:
        values = details(secret)
        if self.change(name, Changes(details=values)):
            self.keep(name, self.expected[fold_name(name)].with_values(values))

    @rule(name=NAMES, description=st.text(max_size=9), tags=st.lists(st.text(max_size=5), max_size=3))
    def describe(self, name: str, description: str, tags: list[str]) -> None:
        if self.change(name, Changes(description=description, tags=tuple(tags))):
            self.keep(name, self.expected[fold_name(name)]._replace(description=description, tags=tuple(tags)))

    @rule(name=NAMES, new=NAMES)
    def rename(self, name: str, new: str) -> None:
        taken = fold_name(new) in self.expected and fold_name(new) != fold_name(name)
        if fold_name(name) in self.expected and taken:
            with pytest.raises(NameTaken):
                self.change(name, Changes(name=new))
        elif self.change(name, Changes(name=new)):
            self.expected[fold_name(new)] = self.expected.pop(fold_name(name))._replace(name=new)

    @rule(name=NAMES, back=st.integers(0, HISTORY_KEPT + 2))
    def restore(self, name: str, back: int) -> None:
        """Bring the values of a past version back, as a new one."""
        kept = self.expected.get(fold_name(name))
        if kept is None or back >= min(len(kept.values), HISTORY_KEPT + 1):
            return
        credential = self.vault.find(name)
        old = self.vault.details_at(credential, credential.version - back)
        assert self.change(name, Changes(details=old))
        self.keep(name, kept.with_values(kept.values[-1 - back]))

    @rule(name=NAMES, behind=st.integers(0, 1))
    def probe(self, name: str, behind: int) -> None:
        kept = self.expected.get(fold_name(name))
        if kept is None:
            return
        credential = self.vault.find(name)
        result = accepted(credential.version - behind)
        self.vault.edit(lambda edit: edit.record_probe(credential, result))
        if not behind:
            self.keep(name, kept._replace(probe=result))

    @rule(
        name=NAMES, session=st.one_of(st.none(), st.dictionaries(st.text(max_size=5), st.text(max_size=5), min_size=1))
    )
    def set_session(self, name: str, session: Json | None) -> None:
        kept = self.expected.get(fold_name(name))
        if kept is not None:
            self.vault.edit(lambda edit: edit.set_session(edit.find(name), session))
            self.keep(name, kept._replace(session=session))

    @rule(name=NAMES, for_good=st.booleans())
    def remove(self, name: str, for_good: bool) -> None:
        def apply(edit: Edit) -> None:
            (edit.purge if for_good else edit.remove)(edit.find(name))

        kept = self.expected.pop(fold_name(name), None)
        if kept is None:
            with pytest.raises(CredentialNotFound):
                self.vault.edit(apply)
            return
        record_id = self.vault.find(name).id
        self.vault.edit(apply)
        if not for_good:
            self.removed[record_id] = kept

    @rule(which=st.integers(0, 3), name=st.one_of(st.none(), NAMES))
    def take_out(self, which: int, name: str | None) -> None:
        """Bring back what was removed, which is what it was."""
        if which >= len(self.removed):
            return
        record_id = sorted(self.removed)[which]
        kept = self.removed[record_id]
        wanted = kept.name if name is None else name
        if fold_name(wanted) in self.expected:
            with pytest.raises(NameTaken):
                self.vault.edit(lambda edit: edit.take_out(bytes.fromhex(record_id), name))
            return
        self.vault.edit(lambda edit: edit.take_out(bytes.fromhex(record_id), name))
        self.expected[fold_name(wanted)] = self.removed.pop(record_id)._replace(name=wanted)

    @rule(which=st.integers(0, 3))
    def empty(self, which: int) -> None:
        if which < len(self.removed):
            record_id = sorted(self.removed)[which]
            self.vault.edit(lambda edit: edit.empty(bytes.fromhex(record_id)))
            del self.removed[record_id]

    @rule()
    def reopen(self) -> None:
        self.vault = Vault(self.store, self.vault.identity, memory=seen(self.vault.anchor))

    @precondition(lambda self: hasattr(self, "vault"))
    @invariant()
    def both_hold_the_same(self) -> None:
        credentials = self.vault.credentials()
        assert {fold_name(one.name): self.told(one) for one in credentials} == self.kept()
        assert len(credentials) == len(self.expected)
        assert {one.credential.id for one in self.vault.trash()} == self.removed.keys()
        assert self.vault.size == len(self.expected) + len(self.removed)

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            kept = [*self.expected.values(), *self.removed.values()]
            past = sum(min(len(one.values) - 1, HISTORY_KEPT) for one in kept)
            there = len(self.expected)
            assert self.vault.verify() == VerifyReport(there, there, past, 0, removed=len(self.removed))

    def change(self, name: str, changes: Changes) -> bool:
        """Return whether there was something to change."""
        if fold_name(name) not in self.expected:
            with pytest.raises(CredentialNotFound):
                self.vault.edit(lambda edit: edit.update(edit.find(name), changes))
            return False
        self.vault.edit(lambda edit: edit.update(edit.find(name), changes))
        return True

    def keep(self, name: str, kept: Expected) -> None:
        self.expected[fold_name(name)] = kept

    def told(self, credential: Credential) -> tuple[object, ...]:
        versions = [one.version for one in self.vault.history(credential)]
        values = [self.vault.details_at(credential, version) for version in versions]
        session = self.vault.session(credential)
        shown = (credential.name, credential.description, credential.tags, credential.probe)
        return (*shown, session, versions, values, self.vault.details(credential))

    def kept(self) -> dict[str, tuple[object, ...]]:
        told: dict[str, tuple[object, ...]] = {}
        for folded, one in self.expected.items():
            versions = list(range(len(one.values), max(0, len(one.values) - HISTORY_KEPT - 1), -1))
            values = [one.values[version - 1] for version in versions]
            shown = (one.name, one.description, one.tags, one.probe)
            told[folded] = (*shown, one.session, versions, values, one.values[-1])
        return told


class FileAgainstDict(VaultAgainstDict):
    """The same, in a file."""

    def make_store(self) -> Store:
        self.folder = TemporaryDirectory()
        return SqliteStore(Path(self.folder.name) / "vault.db")

    def teardown(self) -> None:
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


def test_a_vault_in_memory_holds_what_a_dict_would() -> None:
    run_state_machine_as_test(
        VaultAgainstDict, settings=settings(max_examples=40, stateful_step_count=40, deadline=None)
    )


def test_a_vault_in_a_file_holds_what_a_dict_would() -> None:
    run_state_machine_as_test(FileAgainstDict, settings=settings(max_examples=4, stateful_step_count=20, deadline=None))
