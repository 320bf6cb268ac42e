"""Two machines at one rotation, in every order of their writes and calls, with sleep anywhere between."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from nexcred.errors import Conflict, NexcredError
from nexcred.services.rotation.advance import resume, rotate
from nexcred.services.rotation.making import Wanted
from nexcred.services.rotation.outcome import RotationOutcome
from nexcred.services.rotation.undoing import undo
from nexcred.services.rotation.work import Work
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from tests.support.interleavings import Choices, all_runs
from tests.support.memory_store import MemoryStore, Tables
from tests.support.rotation import Clock, Machine, Provider, keep_key, present_secret
from tests.support.sample_vault import found

Act = Callable[[Work], RotationOutcome]
# What matters: when something is written, and when the provider is reached.
MATTERS = ("before commit", "before end", "before undo", "before create", "before end_orphan")
LEASE_S = 91
SLEEPS = 1


class Begun(NamedTuple):
    """A rotation that has begun, to be gone on with again and again from there."""

    tables: Tables
    identity: Identity
    secrets: dict[str, str]
    made: int


class Actor:
    """What one machine does, in a thread that waits before each moment that matters."""

    def __init__(self, machine: Machine, act: Act, tries: int) -> None:
        self._machine, self._act, self._tries = machine, act, tries
        self._goes = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self.is_done = False
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._stopped.acquire()

    def go_on(self) -> None:
        self._goes.release()
        self._stopped.acquire()

    def _run(self) -> None:
        try:
            for _ in range(self._tries):
                self._step("before commit")  # it may be late
                with suppress(NexcredError):  # another was quicker, or may be calling still
                    work = self._machine.work(self._step)
                    if not work.has_journal or self._act(work).result in ("done", "undone"):
                        break
        except BaseException as error:  # noqa: BLE001  the test raises it
            self.error = error
        self.is_done = True
        self._stopped.release()

    def _step(self, moment: str) -> None:
        if moment in MATTERS:
            self._stopped.release()
            self._goes.acquire()


class Watching(Provider):
    """Fails the test where the key that the vault has as the present one is ended."""

    def __init__(self, begun: Begun, tables: Tables) -> None:
        super().__init__("add")
        self.by_admin = True
        self.secrets, self.made = _Watched(begun, tables), begun.made


class _Watched(dict[str, str]):
    def __init__(self, begun: Begun, tables: Tables) -> None:
        super().__init__(begun.secrets)
        self._machine = Machine(Path(), lambda: MemoryStore(tables), begun.identity, Provider("add"), Clock())

    def pop(self, key: str, *default: str) -> str:  # type: ignore[override]
        assert self.get(key) != present_secret(self._machine.vault()), "the present key is ended"
        return super().pop(key, *default)


def begun_until(folder: Path, *, killed_after: str) -> Begun:
    """Return a rotation whose process was gone after that call or write of it; "" for one whose grace is over."""
    tables, clock, provider = Tables(), Clock(), Provider("add")
    identity = found(MemoryStore(tables))
    machine = Machine(folder / "first", lambda: MemoryStore(tables), identity, provider, clock)
    keep_key(machine.vault())
    if killed_after:

        def step(moment: str) -> None:
            if moment == killed_after:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            rotate(machine.work(step), Wanted(grace_s=0))
    else:
        assert rotate(machine.work(), Wanted(grace_s=60)).result == "waiting"
    return Begun(tables, identity, dict(provider.secrets), provider.made)


@pytest.mark.parametrize(
    ("acts", "killed_after"),
    [((resume, undo), ""), ((undo, resume), ""), ((resume, undo), "after end")],
    ids=["on and back", "back and on", "ended unheard"],
)
def test_the_present_key_is_never_ended_and_one_good_secret_is_known(
    tmp_path: Path, acts: tuple[Act, Act], killed_after: str
) -> None:
    begun = begun_until(tmp_path, killed_after=killed_after)
    count = iter(range(1_000_000))

    def run(choices: Choices) -> None:
        tables, clock, folder = begun.tables.copy(), Clock(), tmp_path / str(next(count))
        clock.later(seconds=200)
        provider = Watching(begun, tables)
        machines = [
            Machine(folder / name, lambda: MemoryStore(tables), begun.identity, provider, clock) for name in "ab"
        ]
        for machine in machines:
            machine.memory = ProcessMemory()
            if killed_after:  # each has seen what the first one left
                with pytest.raises(Conflict):
                    resume(machine.work())
        clock.later(seconds=LEASE_S)
        # The second one tries again, for what the first one left when it fell asleep.
        actors = [Actor(machine, act, tries) for machine, act, tries in zip(machines, acts, (1, 2), strict=True)]
        sleeps = SLEEPS
        while live := [actor for actor in actors if not actor.is_done]:
            chosen = choices.choose(len(live) + (sleeps > 0)) if len(live) + sleeps > 1 else 0
            if chosen == len(live):
                sleeps -= 1
                clock.later(seconds=LEASE_S)
            else:
                live[chosen].go_on()
        for actor in actors:
            if actor.error is not None:
                raise actor.error
        _finish(machines[0], clock)
        assert provider.good() == {present_secret(machines[0].vault())}

    assert all_runs(run) > 30


def _finish(machine: Machine, clock: Clock) -> None:
    """Go on with what is left, as the next timer does."""
    for _ in range(4):
        work = machine.work()
        if not work.has_journal:
            return
        with suppress(NexcredError):
            resume(work)
        clock.later(seconds=LEASE_S)
    assert not machine.work().has_journal
