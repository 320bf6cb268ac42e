"""A vault in a bucket, used over ways that go wrong."""

from collections.abc import Callable

import pytest

from nexcred.auth.flow import Request, Response
from tests.support.bucket_machines import Place, add, place, value

__all__ = ["place"]


def cut(request: Request, answer: Callable[[Request], Response]) -> Response | None:
    return None


def lost(request: Request, answer: Callable[[Request], Response]) -> Response | None:
    answer(request)
    return None


def doubled(request: Request, answer: Callable[[Request], Response]) -> Response | None:
    answer(request)
    return answer(request)


def status(code: int) -> Callable[[Request, Callable[[Request], Response]], Response | None]:
    return lambda request, answer: Response(code, {}, b"")


FAULTS = {
    "cut": cut,
    "lost": lost,
    "doubled": doubled,
    "409": status(409),
    "412": status(412),
    "500": status(500),
    "503": status(503),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_goes_wrong_once_at_any_request_is_survived(place: Place, fault: str) -> None:
    """Also a write whose answer was lost is told right, whichever request it was."""
    for number in range(20):
        count = 0

        def meddle(request: Request, answer: Callable[[Request], Response]) -> Response | None:
            nonlocal count
            count += 1
            return FAULTS[fault](request, answer) if count == number + 1 else answer(request)  # noqa: B023

        place.way.meddle = meddle
        done = add(place.ada, f"at {number}")
        is_over = count <= number
        place.way.meddle = lambda request, answer: answer(request)
        assert done.code == 0, done.err
        assert value(place.ada, f"at {number}").out == f"EXAMPLE-at {number}"
        if is_over:
            assert number > 4
            return
    raise AssertionError("a write has no end")
