import pytest

from nexcred.errors import InvalidData
from nexcred.http.headers import check_headers


def test_proper_headers_pass_unchanged() -> None:
    headers = {"Authorization": "Bearer key-EXAMPLE", "X-Tab": "a\tb", "X-Empty": ""}
    assert check_headers(headers) == headers


@pytest.mark.parametrize("name", ["", "X Header", "X:Y", "X\r\nY", "Ünicode", "Host", "content-length", "CONNECTION"])
def test_a_name_that_is_none_or_is_the_transports_own_is_refused(name: str) -> None:
    with pytest.raises(InvalidData):
        check_headers({name: "value"})


@pytest.mark.parametrize("value", ["a\rb", "a\nb", "a\r\n b", "a\x00b", "a\x1bb", "a\x7fb", "schlüssel", "key\u2028"])
def test_a_value_that_cannot_be_sent_whole_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(InvalidData) as refused:
        check_headers({"Authorization": f"Bearer secret-EXAMPLE{value}"})
    assert "Authorization" in refused.value.message
    assert "EXAMPLE" not in refused.value.message + refused.value.hint
