"""Credentials of a real PostgreSQL."""

from datetime import UTC, datetime

import pytest

from nexcred.model.probe import ProbeStatus
from tests.live.daemon import free_port
from tests.live.logging_in import log_in
from tests.live.postgresql import Database


def test_a_good_login_names_user_and_server_version(postgresql: Database) -> None:
    result = log_in("postgres", postgresql.values(), control=True)
    assert result.status is ProbeStatus.ACCEPTED
    assert (result.identity or "").startswith("analytics_user on PostgreSQL 1")
    assert (result.detail, result.expires_at) == ("", None)


def test_when_a_password_ends_is_told(postgresql: Database) -> None:
    assert log_in("postgres", postgresql.values(username="ending")).expires_at == datetime(2101, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"password": "wrong-EXAMPLE"}, ProbeStatus.REJECTED, "password authentication failed"),
        ({"username": "nobody_there"}, ProbeStatus.REJECTED, "28P01"),
        ({"username": "outdated"}, ProbeStatus.REJECTED, "28P01"),
        ({"database": "missing"}, ProbeStatus.FORBIDDEN, "the login is good, the database is not"),
        ({"database": "closed"}, ProbeStatus.FORBIDDEN, "permission denied for database"),
        ({"username": "no_login"}, ProbeStatus.INCONCLUSIVE, "not permitted to log in (28000)"),
        ({"username": "no_entry"}, ProbeStatus.INCONCLUSIVE, "pg_hba.conf"),
        ({"username": "tls_only", "sslmode": "disable"}, ProbeStatus.INCONCLUSIVE, "no encryption (28000)"),
        ({"username": "anybody"}, ProbeStatus.INCONCLUSIVE, "without asking for the password"),
        ({"ca_certificate": None}, ProbeStatus.UNREACHABLE, "not trusted here; give that authority's as"),
        ({"host": "localhost"}, ProbeStatus.UNREACHABLE, "its certificate is for another host"),
        ({"host": "nowhere.invalid"}, ProbeStatus.UNREACHABLE, "no address was found"),
    ],
)
def test_every_refusal_is_told_apart(
    postgresql: Database, changed: dict[str, object], status: ProbeStatus, words: str
) -> None:
    result = log_in("postgres", postgresql.values(**changed))
    assert result.status is status
    assert words in result.detail
    assert postgresql.password not in repr(result)


@pytest.mark.parametrize(
    "changed",
    [
        {"sslmode": "verify-ca", "host": "localhost"},
        {"sslmode": "require", "ca_certificate": None},
        {"sslmode": "disable"},
        {"username": "tls_only"},
        {"username": "clear"},
        {"username": "endless"},
    ],
)
def test_a_lowered_tls_mode_asks_less_of_the_server(postgresql: Database, changed: dict[str, object]) -> None:
    result = log_in("postgres", postgresql.values(**changed))
    assert result.status is ProbeStatus.ACCEPTED
    assert result.detail == ("without TLS" if changed.get("sslmode") == "disable" else "")


@pytest.mark.parametrize("sslmode", ["require", "disable"])
def test_a_server_that_nobody_vouches_for_never_sees_the_password(postgresql: Database, sslmode: str) -> None:
    result = log_in("postgres", postgresql.values(username="clear", sslmode=sslmode, ca_certificate=None))
    assert result.status is ProbeStatus.INCONCLUSIVE
    assert "the server asks for the password itself" in result.detail


def test_the_authorities_of_the_environment_are_trusted(postgresql: Database) -> None:
    environment = {"SSL_CERT_FILE": str(postgresql.ca)}
    result = log_in("postgres", postgresql.values(ca_certificate=None), environment=environment)
    assert result.status is ProbeStatus.ACCEPTED


def test_a_port_where_nobody_listens_is_unreachable(postgresql: Database) -> None:
    result = log_in("postgres", postgresql.values(port=free_port()))
    assert (result.status, result.detail) == (ProbeStatus.UNREACHABLE, "the connection was refused")
