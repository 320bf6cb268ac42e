"""A vault in a bucket, used over ways that go wrong."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.auth.flow import Request, Response
from tests.support.bucket_machines import Place, add, place, value
from tests.support.bucket_writers import LOGIN
from tests.support.program import Program
from tests.support.standins import Answer, faults
from tests.support.standins.server import StandIn

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


HOSTILE = {
    "sends elsewhere": faults.redirect("http://127.0.0.1:1/vault/head", status=307),
    "has no end": faults.endless_chunks(),
    "has a head without end": faults.long_header(),
    "is no HTTP": faults.not_http(),
    "grows when it is unpacked": faults.gzip_bomb(2**30),
    "is a page": faults.html_page(),
    "is said to be a bucket's": faults.always(Answer(200, b"EXAMPLE" * 1_000)),
}


@pytest.mark.parametrize("answer", HOSTILE)
def test_an_answer_that_is_none_is_told_and_nothing_of_it_believed(tmp_path: Path, answer: str) -> None:
    with StandIn(fault=HOSTILE[answer]) as server:
        url = f"s3://example-bucket/vault?region=eu-central-1&endpoint={server.url}"
        ada = Program(tmp_path, NEXCRED_VAULT=url, NEXCRED_PASSPHRASE="EXAMPLE", NEXCRED_NO_INPUT="1", **LOGIN)
        for words in (["list"], ["vault", "init"], ["add", "secret", "one", "--set", "value=generate"]):
            refused = ada(*words)
            assert (refused.code in (1, 9), refused.out) == (True, ""), refused.err
            assert url in refused.err
        assert {request.method for request in server.received} <= {"GET", "PUT"}
