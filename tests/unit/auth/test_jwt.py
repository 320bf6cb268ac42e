"""The expiry of a JWT is read, never believed beyond that."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.jwt import jwt_expiry
from tests.unit.auth.drive import jwt


def test_exp_is_read() -> None:
    assert jwt_expiry(jwt(exp=1768478400)) == datetime(2026, 1, 15, 12, tzinfo=UTC)
    assert jwt_expiry(jwt(exp=1768478400.5)) is not None


@pytest.mark.parametrize("exp", ["1768478400", "1768478400.0", "2026-01-15T12:00:00Z", "2026-01-15 12:00:00 UTC"])
def test_exp_is_read_as_a_text_or_a_date_too(exp: str) -> None:
    assert jwt_expiry(jwt(exp=exp)) == datetime(2026, 1, 15, 12, tzinfo=UTC)


def test_a_published_token_is_read() -> None:
    # RFC 7519, section 3.1.
    token = (
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )
    assert jwt_expiry(token) == datetime.fromtimestamp(1300819380, UTC)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "abc",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        jwt(),
        jwt(exp="soon"),
        jwt(exp=[1768478400]),
        jwt(exp=True),
        jwt(exp=1e300),
        jwt(exp=None),
        "e30.W10.x",
        "e30." + "W" * 40_000 + ".x",
        "a." * 40_000,
    ],
)
def test_anything_else_has_no_expiry(token: str) -> None:
    assert jwt_expiry(token) is None


@given(st.text())
def test_any_text_is_read(token: str) -> None:
    jwt_expiry(token)
