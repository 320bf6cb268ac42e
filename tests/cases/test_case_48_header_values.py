"""Case 48: CR, LF, NUL and non-ASCII in a header value are refused before anything is sent."""

import pytest

from nexcred.errors import InvalidData
from tests.support.standins import Rest
from tests.support.standins.reach import send


@pytest.mark.parametrize("bad", ["\r\nX-Injected: 1", "\n", "\r", "\x00", "ü", "\u2028", "\x7f"])
def test_case_48_nothing_is_sent(rest: Rest, bad: str) -> None:
    with pytest.raises(InvalidData) as refused:
        send(rest, headers={"X-Api-Key": f"{rest.api_key}{bad}"})
    assert rest.received == []
    assert rest.api_key not in refused.value.message + refused.value.hint
