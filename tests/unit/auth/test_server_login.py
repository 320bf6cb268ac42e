"""The login that a database's credential amounts to."""

import pytest

from nexcred.auth.database_login import Connect
from nexcred.auth.flow import Refused
from nexcred.auth.server_login import LoginAuth
from nexcred.model.probe import ProbeStatus
from nexcred.model.template import TemplateError
from nexcred.model.times import utc_now

AUTH = LoginAuth(driver="postgresql")
GOOD = {
    "host": "db.example.com",
    "port": "5432",
    "database": "analytics",
    "username": "ada",
    "password": "pw-EXAMPLE",
    "sslmode": "verify-full",
}


def test_every_value_finds_its_place() -> None:
    expected = Connect("postgresql", "db.example.com", 5432, "analytics", "ada", "pw-EXAMPLE", "verify-full", "")
    assert AUTH.connect(GOOD) == expected
    assert "EXAMPLE" not in repr(expected)


def test_what_is_left_out_is_empty_and_checks_the_most() -> None:
    values = {name: value for name, value in GOOD.items() if name not in ("database", "sslmode")}
    connect = AUTH.connect(values)
    assert (connect.database, connect.tls) == ("", "verify-full")


def test_an_ipv6_address_may_stand_in_brackets() -> None:
    assert AUTH.connect({**GOOD, "host": "[::1]"}).host == "::1"


@pytest.mark.parametrize(("tls", "ca", "verifies"), [("disable", "PEM", False), ("require", "", False)])
def test_a_lowered_mode_trusts_nobody(tls: str, ca: str, verifies: bool) -> None:
    assert AUTH.connect({**GOOD, "sslmode": tls, "ca_certificate": ca}).verifies is verifies


def test_require_with_an_authority_checks_it_as_libpq_does() -> None:
    assert AUTH.connect({**GOOD, "sslmode": "require", "ca_certificate": "PEM"}).verifies


@pytest.mark.parametrize("bad", [{"port": "0"}, {"port": "65536"}, {"port": "x"}, {"sslmode": "prefer"}])
def test_what_no_server_can_be_told_is_refused(bad: dict[str, str]) -> None:
    with pytest.raises(TemplateError):
        AUTH.connect({**GOOD, **bad})


def test_no_http_request_is_authenticated_by_a_login() -> None:
    with pytest.raises(Refused) as refused:
        next(AUTH.flow(GOOD, utc_now()))
    assert refused.value.verdict.status is ProbeStatus.UNSUPPORTED
