"""Case 112: a journal that lies, by who may write the record, so that whoever goes on ends a key that is in use.

Bob may write "prod", and could end its key himself. What he writes into its journal never makes another's program end
the key that is present, or one that another record here has, nor ask again for what a provider does once.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from nexcred.errors import NexcredError
from nexcred.model.credential import Details
from nexcred.services.rotation.advance import resume
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.undoing import undo
from nexcred.services.rotation.work import Work
from nexcred.vault.candidate import Candidate
from nexcred.vault.changes import Changes
from nexcred.vault.journal import Journal, JournalCall, KeyNote
from nexcred.vault.record import ROTATION
from nexcred.vault.roster import MEMBER
from nexcred.vault.rotation_writes import JournalEntry, write_entry
from nexcred.vault.vault import Vault
from tests.support.lying_member import keep_record, put_back
from tests.support.memory_store import MemoryStore, Tables
from tests.support.rotation import BEGAN, FIRST, NAME, Clock, Machine, Provider, keep_key, key_details
from tests.support.sample_vault import found
from tests.support.shared_vault import join, share

OTHER = "AKIA000000002EXAMPLE"
LIES = Journal("ab" * 16, 1, "add", "switched", 1, BEGAN, BEGAN, new=3, switched_at=BEGAN, grace_until=BEGAN)


def put(vault: Vault, changes: Changes) -> None:
    vault.edit(lambda edit: edit.update(edit.find(NAME), changes))


class Case:
    """Ada keeps "prod", and Bob may write it: revision 1 has another key, revisions 2 and 3 the present one."""

    def __init__(self, folder: Path, provider: Provider) -> None:
        tables = Tables()
        store = MemoryStore(tables)
        identity = found(store)
        self.clock, self.provider = Clock(), provider
        self.ada = Machine(folder / "ada", lambda: MemoryStore(tables), identity, provider, self.clock)
        keep_key(self.ada.vault(), details=key_details(OTHER, "EXAMPLE-former"))
        self.bob = join(self.ada.vault(), store, "Bob", MEMBER)
        share(self.ada.vault(), NAME, self.bob)

    def write(self, *written: Details) -> None:
        """Let Bob write values, one after the other."""
        for one in written:
            changes = Changes(details=one)
            put(self.bob, changes)

    def lie(self, journal: Journal, candidate: Details | None = None) -> None:
        bob, credential = self.bob, self.bob.find(NAME)
        kept = None if candidate is None else Candidate(candidate, credential.version, BEGAN, None)
        proved = bob.proved(credential)
        before = proved.parts.get(ROTATION) if proved else None
        serial = 0 if before is None else before.serial
        bob.change(lambda copy: write_entry(copy, credential, serial, JournalEntry(journal, kept)))

    def go_on(self, act: Callable[[Work], RotationOutcome]) -> list[RotationOutcome]:
        """Let Ada do it again and again, on other days, whatever it says."""
        outcomes = []
        for _ in range(4):
            with suppress(NexcredError):
                work = self.ada.work()
                if work.has_journal:
                    outcomes.append(act(work))
            self.clock.later(hours=25)
        return outcomes


@pytest.fixture
def case(tmp_path: Path) -> Case:
    made = Case(tmp_path, Provider("add"))
    made.write(key_details(FIRST, "EXAMPLE-typo"), key_details())
    return made


WRONG = key_details(FIRST, "EXAMPLE-wrong")
NEWER = key_details(OTHER, "EXAMPLE-newer")


@pytest.mark.parametrize("act", [resume, undo], ids=["resume", "undo"])
@pytest.mark.parametrize(
    ("journal", "candidate"),
    [
        (LIES._replace(old=3, new=1), None),
        (LIES._replace(old=3, new=3), None),
        (LIES._replace(old=2, new=1), None),
        (LIES._replace(old=2, new=3), None),
        (LIES._replace(old=1, new=3, is_undone=True), None),
        (LIES._replace(old=1, new=2, is_undone=True), None),
        (LIES._replace(old=3, new=None, step="made"), WRONG),
        (LIES._replace(old=3, new=None, step="made", is_undone=True), WRONG),
        (LIES._replace(old=3, new=None, step="proved"), WRONG),
        (LIES._replace(kind="change", is_undone=True), None),
        (LIES._replace(kind="change", is_proved=False, new=2), None),
        (LIES._replace(kind="replace"), None),
        (LIES._replace(kind="by_hand", is_undone=True), None),
    ],
    ids=lambda one: f"{one.kind} {one.step} {one.old} {one.new} {one.is_undone}" if isinstance(one, Journal) else "",
)
def test_case_112_the_present_key_is_never_ended(
    case: Case, journal: Journal, candidate: Details | None, act: Callable[[Work], RotationOutcome]
) -> None:
    case.lie(journal, candidate)
    case.go_on(act)
    assert FIRST in case.provider.secrets
    assert FIRST not in case.provider.disabled


@pytest.mark.parametrize(
    ("lie", "candidate"),
    [
        (LIES._replace(old=3, new=3), None),
        (LIES._replace(old=3, new=None, step="made"), WRONG),
        (LIES._replace(kind="change", step="made", old=3, new=None), WRONG),
    ],
    ids=["itself", "its id", "another kind"],
)
def test_case_112_whoever_undoes_is_rid_of_it(case: Case, lie: Journal, candidate: Details | None) -> None:
    case.lie(lie, candidate)
    outcome = undo(case.ada.work())
    assert outcome.why.startswith("given up, and nothing was revoked: ")
    assert not case.ada.work().has_journal
    assert case.provider.calls == []
    assert case.ada.work().credential.version == 3


def test_case_112_the_key_of_another_record_is_never_ended(case: Case) -> None:
    """Not by its id beside another secret, nor as one that was switched at once, nor as one of which nobody knows."""
    case.provider.secrets[OTHER] = "EXAMPLE-newer"
    other = keep_key(case.ada.vault(), "other", NEWER)
    for journal, candidate in (
        (LIES._replace(old=1, new=3), None),
        (LIES._replace(old=3, new=None, step="made", is_undone=True, also=(other.id,)), NEWER),
        (
            LIES._replace(old=3, new=None, step="made", is_undone=True, also=(other.id,)),
            key_details(OTHER, "EXAMPLE-2"),
        ),
        (LIES._replace(step="planned", call=JournalCall("create", "cd" * 16, 1, BEGAN), living=(), new=None), None),
        (LIES._replace(step="planned", call=JournalCall("create", "cd" * 16, 1, BEGAN), living=(KeyNote("x"),)), None),
    ):
        case.lie(journal, candidate)
        case.go_on(resume)
        case.go_on(undo)
        assert OTHER in case.provider.secrets, journal


def test_case_112_a_journal_from_before_ends_no_key_that_was_made_since(tmp_path: Path) -> None:
    """Any member can put back a record as a machine saw it last; the key that is present now is unknown to that one."""
    case = Case(tmp_path, Provider("add"))
    case.write(key_details())
    began = LIES._replace(step="planned", old=2, new=None, living=(KeyNote(FIRST, BEGAN),))
    case.lie(began._replace(call=JournalCall("create", "cd" * 16, 1, BEGAN)))
    before = keep_record(case.bob, NAME)
    case.clock.later(hours=2)
    case.provider.now, case.provider.by_admin = case.clock.now, True
    case.go_on(resume)
    made = next(iter(case.provider.secrets))
    assert made != FIRST
    case.ada.memory = None
    put_back(case.bob, before)
    with suppress(NexcredError):
        case.go_on(resume)
    assert made in case.provider.secrets


def test_case_112_what_a_provider_does_once_is_not_asked_for_again_as_another_kind(tmp_path: Path) -> None:
    case = Case(tmp_path, Provider("replace"))
    case.write(key_details())
    for kind in ("add", "change", "by_hand"):
        lie = LIES._replace(kind=kind, step="planned", old=2, new=None, call=JournalCall("create", "cd" * 16, 1, BEGAN))
        case.lie(lie)
        case.go_on(resume)
        assert case.provider.calls == []


def test_case_112_what_is_changed_back_stands_in_the_vault(tmp_path: Path) -> None:
    """A provider does not take back what the vault would not."""
    case = Case(tmp_path, Provider("change"))
    case.write(key_details(), key_details())
    case.lie(LIES._replace(kind="change", old=1, new=2, is_undone=True))
    case.go_on(resume)
    assert case.provider.secrets[FIRST] == "EXAMPLE-0"
