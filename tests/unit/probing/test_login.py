"""What the codes of database servers prove."""

import pytest

from nexcred.auth.database_login import Connect, DatabaseLogin, Driver
from nexcred.model.probe import ProbeStatus
from nexcred.probing.control import judge_control
from nexcred.probing.login import judge_login

IDENTITY = "{answer.user} on PostgreSQL {answer.version}"


def connect(driver: Driver, password: str = "pw-EXAMPLE") -> Connect:
    return Connect(driver, "db.example.com", 5432, "analytics", "ada", password)


@pytest.mark.parametrize(
    ("driver", "code", "status"),
    [
        ("postgresql", "28P01", ProbeStatus.REJECTED),
        ("postgresql", "28000", ProbeStatus.INCONCLUSIVE),
        ("postgresql", "3D000", ProbeStatus.FORBIDDEN),
        ("postgresql", "42501", ProbeStatus.FORBIDDEN),
        ("postgresql", "53300", ProbeStatus.RATE_LIMITED),
        ("postgresql", "53400", ProbeStatus.PROVIDER_ERROR),
        ("postgresql", "57P03", ProbeStatus.PROVIDER_ERROR),
        ("postgresql", "XX000", ProbeStatus.PROVIDER_ERROR),
        ("postgresql", "08P01", ProbeStatus.INCONCLUSIVE),
        ("mysql", "1045", ProbeStatus.INCONCLUSIVE),
        ("mysql", "1044", ProbeStatus.FORBIDDEN),
        ("mysql", "1049", ProbeStatus.FORBIDDEN),
        ("mysql", "1820", ProbeStatus.EXPIRED),
        ("mysql", "1862", ProbeStatus.EXPIRED),
        ("mysql", "3118", ProbeStatus.FORBIDDEN),
        ("mysql", "4151", ProbeStatus.FORBIDDEN),
        ("mysql", "3955", ProbeStatus.INCONCLUSIVE),
        ("mysql", "1040", ProbeStatus.RATE_LIMITED),
        ("mysql", "1130", ProbeStatus.INCONCLUSIVE),
        ("mysql", "3159", ProbeStatus.INCONCLUSIVE),
        ("mysql", "5300", ProbeStatus.INCONCLUSIVE),
    ],
)
def test_a_code_proves_what_its_server_means_by_it(driver: Driver, code: str, status: ProbeStatus) -> None:
    verdict = judge_login(connect(driver), DatabaseLogin(code, "in the server's words", encrypted=True), IDENTITY, {})
    assert verdict.status is status
    assert verdict.detail.endswith(f"in the server's words ({code})")


def test_a_login_that_was_never_asked_for_its_password_proves_nothing() -> None:
    login = DatabaseLogin(user="ada", version="15.4", encrypted=True, asked=False)
    assert judge_login(connect("postgresql"), login, IDENTITY, {}).status is ProbeStatus.INCONCLUSIVE
    asked = DatabaseLogin(user="ada", version="15.4", encrypted=True)
    verdict = judge_login(connect("postgresql"), asked, IDENTITY, {})
    assert (verdict.status, verdict.identity) == (ProbeStatus.ACCEPTED, "ada on PostgreSQL 15.4")


@pytest.mark.parametrize(
    ("encrypted", "offers_tls", "says"),
    [
        (True, True, "requires another host or a client certificate"),
        (False, False, "requires another host or a client certificate"),
        (False, True, "refused without TLS, which the account may require"),
    ],
)
def test_access_denied_says_what_it_leaves_open(encrypted: bool, offers_tls: bool, says: str) -> None:
    login = DatabaseLogin("1045", "Access denied", encrypted=encrypted, offers_tls=offers_tls)
    verdict = judge_login(connect("mysql"), login, IDENTITY, {})
    assert verdict.status is ProbeStatus.INCONCLUSIVE
    assert says in verdict.detail


def test_a_made_up_password_that_is_not_let_in_is_refused_whatever_the_code_leaves_open() -> None:
    junk = judge_login(connect("mysql"), DatabaseLogin("1045", "Access denied", encrypted=True), IDENTITY, {})
    real = judge_login(connect("mysql"), DatabaseLogin(user="ada", version="8.4", encrypted=True), IDENTITY, {})
    assert judge_control(real, junk) == real
    full = judge_login(connect("mysql"), DatabaseLogin("1040", "Too many connections"), IDENTITY, {})
    assert judge_control(real, full).status is ProbeStatus.INCONCLUSIVE
