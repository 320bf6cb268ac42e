"""A process that dies at any moment of a rotation leaves what the next one finishes: one good secret, known."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nexcred.errors import ChangedMeanwhile, Conflict
from nexcred.services.rotation.advance import resume, rotate
from nexcred.services.rotation.making import Wanted
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.undoing import undo
from nexcred.services.rotation.work import Work
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.candidate import Candidate
from nexcred.vault.changes import Changes
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.store import Store
from tests.support.bucket import MemoryBucket, open_store
from tests.support.dying import Killed, Steps
from tests.support.memory_store import MemoryStore, Tables
from tests.support.rotation import BEGAN, Clock, Machine, Provider, keep_key, key_details, present_secret
from tests.support.sample_vault import found

ENDED = ("done", "unchanged", "undone")
KINDS: dict[str, Callable[[], Provider]] = {
    "add, made by them": lambda: Provider("add"),
    "add, made here": lambda: Provider("add", made_here=True),
    "add, ended in two": lambda: Provider("add", in_two=True),
    "change": lambda: Provider("change"),
}
Places = Callable[[], Callable[[], Store]]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    """Return what makes a new place for a vault, and opens it as another process would."""
    count = iter(range(10_000))

    def make() -> Callable[[], Store]:
        kind = getattr(request, "param", "memory")
        if kind == "memory":
            tables = Tables()
            return lambda: MemoryStore(tables)
        if kind == "file":
            file = tmp_path / f"{next(count)}.db"
            return lambda: SqliteStore(file)
        bucket = MemoryBucket()
        return lambda: open_store(bucket)

    return make


class Case:
    """One credential of one provider in a vault of its own, and two machines of the person whose it is."""

    def __init__(self, place: Places, folder: Path, provider: Provider) -> None:
        opened = place()
        identity = found(opened())
        self.clock, self.provider = Clock(), provider
        self.desk, self.laptop = (
            Machine(folder / name, opened, identity, provider, self.clock) for name in ("desk", "laptop")
        )
        self.desk.memory, self.laptop.memory = ProcessMemory(), ProcessMemory()
        keep_key(self.desk.vault())

    def dies_at(self, moment: int, act: Callable[[Work], RotationOutcome]) -> bool:
        """Let a process die at that moment; false where it was done before."""
        try:
            act(self.desk.work(Steps(moment)))
        except Killed:
            return True
        return False

    def finish(self, machine: Machine, act: Callable[[Work], RotationOutcome] = resume) -> RotationOutcome | None:
        """Go on until nothing is left to do, a day later each time; return what came of it at last."""
        outcome = None
        for _ in range(6):
            work = machine.work()
            if not work.has_journal:
                break
            try:
                outcome = act(work)
            except Conflict:  # another machine may still be asking
                self.clock.later(seconds=91)
                continue
            if outcome.result in ENDED:
                break
            self.clock.later(hours=25)
        return outcome

    def assert_one_good_secret(self) -> None:
        assert self.provider.good() == {present_secret(self.desk.vault())}
        assert not self.desk.work().kept


def moments(make: Callable[[], Case], act: Callable[[Work], RotationOutcome]) -> Iterator[tuple[int, Case]]:
    """Yield a case for each moment at which a process dies in it."""
    moment = 0
    while (case := make()).dies_at(moment, act):
        yield moment, case
        moment += 1
    assert moment > 3


def to_the_end(work: Work) -> RotationOutcome:
    return rotate(work, Wanted(grace_s=0))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("place", "where"), [("file", "desk"), ("bucket", "laptop")], indirect=["place"])
def test_whoever_resumes_ends_with_one_good_secret(place: Places, tmp_path: Path, kind: str, where: str) -> None:
    for moment, case in moments(lambda: Case(place, tmp_path, KINDS[kind]()), to_the_end):
        machine = getattr(case, where)
        case.finish(machine)
        if case.provider.good() == {"EXAMPLE-0"} and not case.desk.work().kept:  # died before it began
            assert rotate(case.desk.work(), Wanted(grace_s=0)).result == "done"
        case.assert_one_good_secret()
        assert "EXAMPLE-0" not in case.provider.good(), moment


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_undoes_ends_with_the_old_one_or_is_told_that_it_is_ended(
    place: Places, tmp_path: Path, kind: str
) -> None:
    for _, case in moments(lambda: Case(place, tmp_path, KINDS[kind]()), to_the_end):
        case.finish(case.laptop, undo)
        case.finish(case.laptop)
        case.assert_one_good_secret()


@pytest.mark.parametrize("kind", KINDS)
def test_an_undo_that_dies_is_gone_on_with(place: Places, tmp_path: Path, kind: str) -> None:
    def begun() -> Case:
        case = Case(place, tmp_path, KINDS[kind]())
        if kind == "change":
            case.desk.delivered, case.desk.delivery_fails = [], "no"  # or it were over at once
        assert rotate(case.desk.work(), Wanted()).result in ("waiting", "hangs")
        return case

    for _, case in moments(begun, undo):
        if case.desk.work().has_journal and not case.desk.work().journal.is_undone:
            assert case.finish(case.desk, undo) is not None
        case.finish(case.desk)
        case.assert_one_good_secret()
        assert case.provider.good() == {"EXAMPLE-0"}


def test_of_what_the_provider_replaces_a_lost_answer_is_told_and_it_is_not_asked_again(
    place: Places, tmp_path: Path
) -> None:
    told = set()
    for _, case in moments(lambda: Case(place, tmp_path, Provider("replace")), to_the_end):
        outcome = case.finish(case.laptop)
        assert case.provider.calls.count("create") <= 1
        known = present_secret(case.desk.vault()) in case.provider.good()
        assert not case.desk.work().kept
        if not known:
            assert outcome is not None
            assert "has to be made by hand" in outcome.why
        told.add(known)
    assert told == {True, False}


def test_what_this_machine_was_answered_it_knows_after_a_crash(place: Places, tmp_path: Path) -> None:
    lost = 0
    for _, case in moments(lambda: Case(place, tmp_path, Provider("replace")), to_the_end):
        kept = [path.read_bytes() for path in (tmp_path / "desk").rglob("*") if path.is_file()]
        assert not [one for one in kept if b"EXAMPLE" in one]  # which is sealed
        case.finish(case.desk)
        lost += present_secret(case.desk.vault()) not in case.provider.good()
    assert lost == 1  # between the provider's deed and its answer


@pytest.mark.parametrize("call", ["create", "end"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_answer_is_found_again(place: Places, tmp_path: Path, kind: str, call: str) -> None:
    case = Case(place, tmp_path, KINDS[kind]())
    case.provider.loses = call
    outcome = rotate(case.desk.work(), Wanted(grace_s=0))
    if case.provider.loses != call:
        assert (outcome.result, outcome.code) == ("hangs", 5)
        assert "its answer was lost" in outcome.why
    finished = case.finish(case.desk)
    assert finished is None or finished.result == "done"
    case.assert_one_good_secret()


def test_what_a_provider_changed_is_written_though_another_record_cannot_be(place: Places, tmp_path: Path) -> None:
    """The other one came between the question and the answer; its secret is gone in any case."""
    case = Case(place, tmp_path, Provider("change"))

    def step(moment: str) -> None:
        if moment == "after create":
            vault = case.laptop.vault()
            other = keep_key(vault, "staging")
            kept = Candidate(key_details(secret="EXAMPLE-x"), 1, BEGAN, None)
            vault.edit(lambda edit: edit.update(edit.find(other.name), Changes(candidate=kept)))

    assert rotate(case.desk.work(step), Wanted()).result == "done"
    case.assert_one_good_secret()
    assert present_secret(case.desk.vault(), "staging") == "EXAMPLE-0"


def test_values_that_somebody_gave_meanwhile_stay_where_they_work(place: Places, tmp_path: Path) -> None:
    case = Case(place, tmp_path, Provider("replace"))

    def step(moment: str) -> None:
        if moment == "after create":  # by hand, while the answer is on its way
            case.provider.secrets["AKIA000000099EXAMPLE"] = "EXAMPLE-99"
            vault, by_hand = case.laptop.vault(), key_details("AKIA000000099EXAMPLE", "EXAMPLE-99")
            vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(details=by_hand)))

    with pytest.raises(ChangedMeanwhile):
        rotate(case.desk.work(step), Wanted())
    assert resume(case.desk.work()).result == "unchanged"
    assert present_secret(case.desk.vault()) == "EXAMPLE-99"
    kept = case.desk.work().candidate
    assert kept is not None
    assert case.provider.accepts(kept.details.fields)


@pytest.mark.parametrize("kind", ["add, made by them", "change"])
@pytest.mark.parametrize("place", ["file"], indirect=True)
def test_a_process_that_is_truly_killed_leaves_the_same(place: Places, tmp_path: Path, kind: str) -> None:
    for moment in range(100):
        case = Case(place, tmp_path, KINDS[kind]())
        told = tmp_path / f"{moment}.json"
        if not _killed_at(moment, case, told):
            assert moment > 8
            return
        provider = case.provider
        provider.secrets, provider.made = json.loads(told.read_text())
        case.finish(case.desk)
        if provider.good() == {"EXAMPLE-0"}:
            assert rotate(case.desk.work(), Wanted(grace_s=0)).result == "done"
        case.assert_one_good_secret()
    raise AssertionError("it never came to an end")


def _killed_at(moment: int, case: Case, told: Path) -> bool:
    """Rotate in a process that kills itself at that moment, and tells before what its provider has by then."""
    child = os.fork()
    if not child:
        passed = 0

        def step(_: str) -> None:
            nonlocal passed
            told.write_text(json.dumps([case.provider.secrets, case.provider.made]))
            if passed == moment:
                os.kill(os.getpid(), signal.SIGKILL)
            passed += 1

        try:
            to_the_end(case.desk.work(step))
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1] == signal.SIGKILL
