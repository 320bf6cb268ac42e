"""Case 43: the body of a redirect is not read, so it cannot explode."""

import tracemalloc

from tests.support.standins import Rest, faults
from tests.support.standins.reach import send


def test_case_43_the_body_of_a_redirect_is_left_unread(rest: Rest) -> None:
    rest.fault = faults.redirect("https://elsewhere.example/", faults.bomb(512 * 1024 * 1024), encoding="gzip")
    tracemalloc.start()
    try:
        response = send(rest)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status == 302
    assert response.body == b""
    assert peak < 8 * 1024 * 1024
