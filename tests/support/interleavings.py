"""Every order in which the requests of several actors can reach a bucket, with some that come late, twice or never.

Each actor is the real code in a thread of its own, of which one runs at a time. Which goes on, and what happens to its
request, is a choice; `all_runs` goes through all of them, by running anew with the next choices.
"""

import threading
from collections.abc import Callable, Sequence

from nexcred.auth.flow import Request, Response
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from tests.support.bucket import MemoryBucket, Send

Act = Callable[[Send], None]
# What can happen to a request that changes something: it comes and is answered; its sender hears nothing, and it comes
# at some later time or never; it is answered, and comes a second time later or never; it comes twice, and what its
# sender hears is the second answer.
_ANSWERED, _LATE, _DOUBLED, _ECHOED = range(4)


class Choices:
    """The choices of one run: those that were made before in this order, then the first of each."""

    def __init__(self, before: Sequence[int]) -> None:
        self._before = list(before)
        self.made: list[tuple[int, int]] = []

    def choose(self, count: int) -> int:
        place = len(self.made)
        chosen = self._before[place] if place < len(self._before) else 0
        self.made.append((chosen, count))
        return chosen

    def next(self) -> list[int] | None:
        """Return the choices of the run after this one; None after the last."""
        made = list(self.made)
        while made:
            chosen, count = made.pop()
            if chosen + 1 < count:
                return [one for one, _ in made] + [chosen + 1]
        return None


def all_runs(run: Callable[[Choices], None]) -> int:
    """Run with every series of choices; return how many there are."""
    before: list[int] | None = []
    count = 0
    while before is not None:
        choices = Choices(before)
        run(choices)
        before = choices.next()
        count += 1
    return count


class _Actor:
    def __init__(self, act: Act) -> None:
        self._act = act
        self._waits = threading.Semaphore(0)
        self.stopped = threading.Semaphore(0)
        self.pending: Request | None = None
        self.is_done = False
        self.error: BaseException | None = None
        self._answer: Response | TransportFailed | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self.stopped.acquire()

    def _run(self) -> None:
        try:
            self._act(self._send)
        except BaseException as error:  # noqa: BLE001  the scheduler raises it
            self.error = error
        self.is_done = True
        self.stopped.release()

    def _send(self, request: Request, deadline: Deadline, largest_body: int) -> Response:
        self.pending = request
        self.stopped.release()
        self._waits.acquire()
        answer = self._answer
        assert answer is not None
        if isinstance(answer, TransportFailed):
            raise answer
        return answer

    def go_on(self, answer: Response | TransportFailed) -> None:
        self._answer, self.pending = answer, None
        self._waits.release()
        self.stopped.acquire()


def interleave(
    memory: MemoryBucket,
    acts: Sequence[Act],
    choices: Choices,
    *,
    matters: Callable[[Request], bool],
    faults: int = 0,
    may_fail: Callable[[Request], bool] = lambda request: request.method != "GET",
) -> None:
    """Let the actors reach the bucket in the order of the choices, at most so many requests going wrong."""
    actors = [_Actor(act) for act in acts]
    for actor in actors:
        actor.start()
    on_the_way: list[Request] = []
    while live := [actor for actor in actors if not actor.is_done]:
        quiet = next((one for one in live if one.pending is not None and not matters(one.pending)), None)
        if quiet is not None:
            assert quiet.pending is not None
            quiet.go_on(memory.answer(quiet.pending))
            continue
        chosen = choices.choose(len(live) + len(on_the_way)) if len(live) + len(on_the_way) > 1 else 0
        if chosen >= len(live):
            memory.answer(on_the_way.pop(chosen - len(live)))
            continue
        actor = live[chosen]
        request = actor.pending
        assert request is not None
        fate = choices.choose(4) if faults and may_fail(request) else _ANSWERED
        faults -= fate != _ANSWERED
        on_the_way += [request] * (fate in (_LATE, _DOUBLED))
        if fate == _ECHOED:
            memory.answer(request)
        actor.go_on(TransportFailed.unreachable("lost") if fate == _LATE else memory.answer(request))
    for request in on_the_way:
        if choices.choose(2):
            memory.answer(request)
    _raise_first(actors)


def _raise_first(actors: Sequence[_Actor]) -> None:
    for actor in actors:
        if actor.error is not None:
            raise actor.error
