from hypothesis import given
from hypothesis import strategies as st

from nexcred.connectors.language.limits import Limits
from nexcred.services.proving.schedule import RateLimiter


def test_without_limits_nothing_waits() -> None:
    pace = RateLimiter(Limits())
    pace.note(5.0, 100)
    assert pace.free_at(100) == 0.0


def test_the_narrower_window_decides() -> None:
    pace = RateLimiter(Limits(per_second=2, per_minute=3))
    for moment in (10.0, 10.5):
        pace.note(moment, 1)
    assert pace.free_at(1) == 11.0
    pace.note(11.0, 1)
    assert pace.free_at(1) == 70.0


def test_what_no_window_holds_waits_for_an_empty_one() -> None:
    pace = RateLimiter(Limits(per_second=2))
    assert pace.free_at(5) == 0.0
    pace.note(1.0, 5)
    assert pace.free_at(1) == 2.0


@given(
    st.integers(1, 5),
    st.integers(1, 20),
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 3)), max_size=40),
)
def test_no_window_ever_holds_more_than_it_may(
    per_second: int, per_minute: int, wishes: list[tuple[float, int]]
) -> None:
    pace = RateLimiter(Limits(per_second=per_second, per_minute=per_minute))
    now, sent = 0.0, list[float]()
    for pause_s, wish in wishes:
        requests = min(wish, per_second, per_minute)
        now = max(now + pause_s, pace.free_at(requests))
        pace.note(now, requests)
        sent += [now] * requests
    for most, span_s in ((per_second, 1.0), (per_minute, 60.0)):
        assert all(late >= early + span_s for early, late in zip(sent, sent[most:], strict=False))
