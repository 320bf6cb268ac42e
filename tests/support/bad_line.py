"""A line to a place on which one request goes wrong, or every one from there on, until it is mended."""

from collections.abc import Callable
from typing import NamedTuple

from nexcred.auth.flow import Request, Response
from nexcred.errors import MovedAway, NexcredError
from nexcred.local.anchors import AnchorFile
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from nexcred.services.vaults.move import bring_back, move
from nexcred.services.vaults.opening import memory_of
from nexcred.vault.identity import Identity
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.bucket import MemoryBucket
from tests.support.sample_vault import NOW, add, everything

# Not done; done, and answered as if not; never there; done, and the answer is lost; done when others asked since.
FAULTS = ("500", "503 after it was done", "cut", "answer lost", "late")
_LATE_BY = 4


class Bad(NamedTuple):
    """Which request goes wrong, how, and whether the line stays dead after it."""

    number: int
    fault: str
    stays: bool


class BadLine:
    """What a bucket is asked by; requests are counted from 0 on."""

    def __init__(self, bucket: MemoryBucket) -> None:
        self._bucket = bucket
        self.bad: Bad | None = None
        self.count = 0
        self._late: list[tuple[int, Request]] = []

    def send(self, request: Request, deadline: Deadline, largest: int) -> Response:
        number, self.count = self.count, self.count + 1
        self._deliver(number)
        return self._through(number, request)

    def begin(self) -> None:
        """Count from 0 on, over a line that is good."""
        self.bad, self.count, self._late = None, 0, []

    def _through(self, number: int, request: Request) -> Response:
        bad = self.bad
        if bad is None or number < bad.number or (number > bad.number and not bad.stays):
            return self._bucket.answer(request)
        fault = bad.fault if number == bad.number else "cut"
        if fault in ("503 after it was done", "answer lost"):
            self._bucket.answer(request)
        if fault == "late":
            self._late.append((number + _LATE_BY, request))
        if fault[0] == "5":
            return Response(int(fault[:3]), {}, b"")
        raise TransportFailed.unreachable("the connection was reset")

    def _deliver(self, number: int) -> None:
        for due, request in self._late:
            if due <= number:
                self._bucket.answer(request)
        self._late = [one for one in self._late if one[0] > number]


class Two(NamedTuple):
    """Two places, opened anew each time, the machine's memory of them, and who owns the vault."""

    here: Callable[[], Store]
    there: Callable[[], Store]
    anchors: AnchorFile
    identity: Identity

    def vault(self, store: Store) -> Vault:
        was_seen = self.anchors.known(store.location)
        return Vault(store, self.identity, memory=memory_of(store, self.anchors), was_seen=was_seen, now=lambda: NOW)

    def live(self) -> list[int]:
        """Return at which of the places a machine that remembers nothing may write."""
        return [number for number, open_store in enumerate((self.here, self.there)) if self._lives(open_store())]

    def _lives(self, store: Store) -> bool:
        if not store.exists():
            return False
        try:
            Vault(store, self.identity).require_writable()
        except MovedAway:
            return False
        return True


def try_to_move(two: Two) -> NexcredError | None:
    """Move as one process does; return what it failed with."""
    try:
        move(two.vault(two.here()), two.there(), two.anchors)
    except NexcredError as error:
        return error
    return None


def assert_it_ends_well(two: Two, before: object, *, goes_on: bool) -> None:
    """Go on with what was cut short, or go back, over a line that is mended: the vault lives at one place, whole."""
    assert len(two.live()) < 2
    if goes_on:
        assert try_to_move(two) is None
        expected = [1]
    else:
        expected = [1] if two.live() == [1] else [0]
        try:
            bring_back(two.vault(two.here()), two.there(), two.anchors)
        except NexcredError:  # it never left, or has arrived: there is nothing to bring back
            assert two.live() == expected
    assert two.live() == expected
    now = two.vault((two.here, two.there)[expected[0]]())
    assert everything(now) == before
    add(now, "later")
    assert now.verify().faults == ()
