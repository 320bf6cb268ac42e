"""Credentials of a real MariaDB."""

import pytest

from nexcred.model.probe import ProbeStatus
from tests.live.daemon import free_port
from tests.live.logging_in import log_in
from tests.live.postgresql import Database


@pytest.mark.parametrize("username", ["analytics_user", "modern", "tls_only"])
def test_a_good_login_names_user_and_server_version(mariadb: Database, username: str) -> None:
    result = log_in("mysql", mariadb.values(username=username), control=True)
    assert result.status is ProbeStatus.ACCEPTED
    assert (result.identity or "").startswith(f"{username}@% on 1")
    assert "MariaDB" in (result.identity or "")


def test_no_database_need_be_named(mariadb: Database) -> None:
    assert log_in("mysql", mariadb.values(database=None)).status is ProbeStatus.ACCEPTED


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({"password": "wrong-EXAMPLE"}, ProbeStatus.INCONCLUSIVE, "(1045)"),
        ({"username": "modern", "password": "wrong-EXAMPLE"}, ProbeStatus.INCONCLUSIVE, "(1045)"),
        ({"username": "nobody_there"}, ProbeStatus.INCONCLUSIVE, "(1045)"),
        ({"username": "locked", "password": "wrong-EXAMPLE"}, ProbeStatus.INCONCLUSIVE, "(1045)"),
        # Each with its right password: the server says the same of them as of a wrong one.
        ({"username": "certified"}, ProbeStatus.INCONCLUSIVE, "another host or a client certificate"),
        ({"username": "named"}, ProbeStatus.INCONCLUSIVE, "another host or a client certificate"),
        ({"username": "elsewhere"}, ProbeStatus.INCONCLUSIVE, "another host or a client certificate"),
        ({"username": "by_socket"}, ProbeStatus.INCONCLUSIVE, "logs in by something other than a password"),
        ({"database": "missing"}, ProbeStatus.FORBIDDEN, "the login is good, the database is not"),
        ({"database": "closed"}, ProbeStatus.FORBIDDEN, "(1044)"),
        ({"username": "outdated"}, ProbeStatus.EXPIRED, "(1820)"),
        ({"username": "locked"}, ProbeStatus.FORBIDDEN, "the account is locked"),
        ({"username": "tls_only", "sslmode": "disable"}, ProbeStatus.INCONCLUSIVE, "refused without TLS"),
        ({"ca_certificate": None}, ProbeStatus.UNREACHABLE, "not trusted here; give that authority's as"),
        ({"host": "localhost"}, ProbeStatus.UNREACHABLE, "its certificate is for another host"),
    ],
)
def test_every_refusal_is_told_apart(
    mariadb: Database, changed: dict[str, object], status: ProbeStatus, words: str
) -> None:
    result = log_in("mysql", mariadb.values(**changed))
    assert result.status is status
    assert words in result.detail
    assert mariadb.password not in repr(result)


def test_of_a_password_that_was_ended_the_number_of_many_is_a_refusal(mariadb: Database) -> None:
    """It was let in until then: no other host and no certificate were asked for."""
    ended = log_in("mysql", mariadb.values(password="ended-EXAMPLE"), is_ended=True)
    assert (ended.status, "(1045)" in ended.detail) == (ProbeStatus.REJECTED, True)
    assert log_in("mysql", mariadb.values(), is_ended=True).status is ProbeStatus.ACCEPTED
    assert log_in("mysql", mariadb.values(username="by_socket"), is_ended=True).status is ProbeStatus.INCONCLUSIVE


@pytest.mark.parametrize(
    "changed",
    [
        {"sslmode": "verify-ca", "host": "localhost"},
        {"sslmode": "require", "ca_certificate": None},
        {"sslmode": "disable"},
    ],
)
def test_a_lowered_tls_mode_asks_less_of_the_server(mariadb: Database, changed: dict[str, object]) -> None:
    result = log_in("mysql", mariadb.values(**changed))
    assert result.status is ProbeStatus.ACCEPTED
    assert result.detail == ("without TLS" if changed["sslmode"] == "disable" else "")


def test_a_port_where_nobody_listens_is_unreachable(mariadb: Database) -> None:
    result = log_in("mysql", mariadb.values(port=free_port()))
    assert (result.status, result.detail) == (ProbeStatus.UNREACHABLE, "the connection was refused")
