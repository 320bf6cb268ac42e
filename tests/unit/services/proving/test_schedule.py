import threading

from nexcred.connectors.language.limits import Limits
from nexcred.services.proving.schedule import QueuedProbe, Schedule, Turn


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def schedule(
    *jobs: tuple[str, int], per_place: int = 2, longest_wait_s: float = 10, limits: Limits | None = None
) -> tuple[Schedule[int], Clock]:
    clock = Clock()
    wanted = [QueuedProbe(place, job, limits or Limits()) for place, job in jobs]
    return Schedule(wanted, per_place=per_place, longest_wait_s=longest_wait_s, monotonic=clock), clock


def test_a_full_place_lets_others_pass() -> None:
    plan, _ = schedule(("a", 1), ("a", 2), ("a", 3), ("b", 4))
    assert [plan.next(), plan.next(), plan.next()] == [Turn(1, "a", 0), Turn(2, "a", 0), Turn(4, "b", 0)]
    plan.done("a")
    assert plan.next() == Turn(3, "a", 0)
    assert plan.next() is None


def test_a_closed_place_lets_others_pass_and_opens_again() -> None:
    plan, clock = schedule(("a", 1), ("a", 2), ("b", 3))
    plan.close("a", 5)
    assert plan.next() == Turn(3, "b", 0)
    clock.now = 5
    assert plan.next() == Turn(1, "a", 0)


def test_a_wait_longer_than_may_be_is_told_instead() -> None:
    plan, _ = schedule(("a", 1))
    plan.close("a", 60)
    plan.close("a", 5)
    assert plan.next() == Turn(1, "a", 60)


def test_who_waits_is_let_go_when_a_job_is_done_or_all_is_stopped() -> None:
    plan, _ = schedule(("a", 1), ("a", 2), ("a", 3), per_place=1)
    plan.next()
    got: list[Turn[int] | None] = []
    waiting = threading.Thread(target=lambda: got.append(plan.next()))
    waiting.start()
    plan.done("a")
    waiting.join(timeout=20)
    assert got == [Turn(2, "a", 0)]
    waiting = threading.Thread(target=lambda: got.append(plan.next()))
    waiting.start()
    plan.stop()
    waiting.join(timeout=20)
    assert got[1:] == [None]


def test_a_place_is_asked_by_no_more_at_once_than_it_allows() -> None:
    plan, _ = schedule(("a", 1), ("a", 2), ("b", 3), per_place=64, limits=Limits(at_once=1))
    assert [plan.next(), plan.next()] == [Turn(1, "a", 0), Turn(3, "b", 0)]
    plan.done("a")
    assert plan.next() == Turn(2, "a", 0)


def test_a_place_is_asked_no_more_often_than_it_allows() -> None:
    plan, clock = schedule(("a", 1), ("a", 2), ("a", 3), ("b", 4), per_place=64, limits=Limits(per_second=2))
    assert [plan.next(), plan.next(), plan.next()] == [Turn(1, "a", 0), Turn(2, "a", 0), Turn(4, "b", 0)]
    clock.now = 1
    assert plan.next() == Turn(3, "a", 0)


def test_a_job_put_back_is_the_next_of_its_place() -> None:
    plan, clock = schedule(("a", 1), ("a", 2), per_place=1)
    plan.next()
    plan.close("a", 3)
    plan.again(QueuedProbe("a", 7))
    plan.done("a")
    clock.now = 3
    assert plan.next() == Turn(7, "a", 0)
    plan.done("a")
    assert plan.next() == Turn(2, "a", 0)
    plan.again(QueuedProbe("a", 8))
    plan.done("a")
    assert plan.next() == Turn(8, "a", 0)
    assert plan.next() is None
