"""One vault, credential and session for many threads, and tokens that end meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import nexcred
from tests.support.opened import Opened
from tests.support.rotating_tokens import add_rotating, issuer, renewals
from tests.support.standins import Aventri
from tests.support.standins.issuer import Issuer

__all__ = ["issuer"]

EVENTS = "/api/v2/global/listEvents.json"
T = TypeVar("T")


def at_once(count: int, act: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(act, range(count)))


def test_a_session_outlives_its_tokens_and_each_refresh_token_is_used_once(home: Opened, issuer: Issuer) -> None:
    issuer.ttl_s = 1  # never good for a second use
    add_rotating(home, issuer)
    session = nexcred.open()["it"].session()
    before = len(renewals(issuer))
    assert [session.get("/me").status_code for _ in range(3)] == [200, 200, 200]
    sent = renewals(issuer)
    assert len(sent) == len(set(sent)) == before + 3


def test_threads_whose_token_is_refused_renew_it_once(home: Opened, issuer: Issuer) -> None:
    add_rotating(home, issuer)
    session = nexcred.open()["it"].session()
    assert session.get("/me").ok
    before = len(renewals(issuer))
    issuer._tokens.clear()
    assert at_once(8, lambda _: session.get("/me").status_code) == [200] * 8
    assert len(renewals(issuer)) == before + 1


def test_threads_read_while_others_write(home: Opened, aventri: Aventri) -> None:
    assert home.add(aventri).code == 0
    vault = nexcred.open()

    def use(number: int) -> bool:
        if number % 4 == 0:
            aventri.forget_tokens()  # so that somebody keeps a new one in the vault
        credential = vault["aventri"]
        return credential.session().get(EVENTS).ok and credential.fields["account_id"] == "4711" and "aventri" in vault

    assert all(at_once(12, use))
