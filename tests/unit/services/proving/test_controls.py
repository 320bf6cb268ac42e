"""The control of many credentials of one endpoint is asked once: whoever sends many made-up keys is shut out."""

import threading
from dataclasses import replace

import pytest

from nexcred.auth.flow import Verdict
from nexcred.model.probe import ProbeStatus
from nexcred.network.deadline import Deadline
from nexcred.services.credentials.draft import NewCredential
from nexcred.services.proving.controls import Controls
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.rest import Rest
from tests.unit.services.places import keep, new_rest
from tests.unit.services.proving.probed import probe_all, statuses

REFUSED = Verdict(ProbeStatus.REJECTED, http_status=401)


def in_time() -> Deadline:
    """Return a deadline that no test comes to; it runs from now."""
    return Deadline.after(30)


def of_path(new: NewCredential, path: str) -> NewCredential:
    return replace(new, details=new.details._replace(fields={**new.details.fields, "health_path": path}))


def made_up(rest: Rest) -> int:
    return sum(Rest.api_key not in request.headers.get("authorization", "") for request in rest.received)


def test_one_junk_key_is_enough_for_all_credentials_of_an_endpoint(vault: Vault, rest: Rest, prober: Prober) -> None:
    for number in range(12):
        keep(vault, replace(new_rest(rest), name=f"api {number}"))
    assert set(statuses(probe_all(vault, prober)).values()) == {"accepted"}
    assert (len(rest.received), made_up(rest)) == (13, 1)


def test_an_endpoint_that_takes_junk_proves_nothing_for_any_of_them(vault: Vault, rest: Rest, prober: Prober) -> None:
    rest.takes_junk = True
    for number in range(5):
        keep(vault, replace(new_rest(rest), name=f"api {number}"))
    assert set(statuses(probe_all(vault, prober)).values()) == {"inconclusive"}
    assert made_up(rest) == 1


def test_another_path_is_another_endpoint(vault: Vault, rest: Rest, prober: Prober) -> None:
    keep(vault, of_path(replace(new_rest(rest), name="one"), "/health"))
    keep(vault, of_path(replace(new_rest(rest), name="other"), "/v1/me"))
    probe_all(vault, prober)
    assert made_up(rest) == 2


def test_what_says_nothing_is_asked_again(vault: Vault, rest: Rest, prober: Prober) -> None:
    """A failure of the first control is no answer for the second credential."""
    failed: list[str] = []

    def fail_once(request: Received, proper: Answer) -> Answer:
        if Rest.api_key in request.headers.get("authorization", "") or failed:
            return proper
        failed.append("once")
        return json_answer({"message": "later"}, 503)

    rest.fault = fail_once
    for number in range(3):
        keep(vault, replace(new_rest(rest), name=f"api {number}"))
    found = sorted(statuses(probe_all(vault, prober, ProbeOptions(jobs=1))).values())
    assert found == ["accepted", "accepted", "inconclusive"]
    assert made_up(rest) == 2


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (REFUSED, 1),
        (Verdict(ProbeStatus.ACCEPTED, http_status=200), 1),
        (Verdict(ProbeStatus.PROVIDER_ERROR, http_status=503), 2),
        (Verdict(ProbeStatus.RATE_LIMITED, http_status=429), 2),
        (Verdict(ProbeStatus.UNREACHABLE), 2),
        (Verdict(ProbeStatus.UNREACHABLE, login_code="tls"), 2),
    ],
)
def test_only_what_tells_something_is_kept(answer: Verdict, times: int) -> None:
    controls, asked = Controls(), list[int]()

    def ask() -> Verdict:
        asked.append(1)
        return answer

    for _ in range(2):
        assert controls.ask_once("here", ask, in_time()) is answer
    assert len(asked) == times


def test_who_comes_meanwhile_waits_for_the_answer() -> None:
    controls, asked, may_answer = Controls(), list[int](), threading.Event()

    def ask() -> Verdict:
        asked.append(1)
        may_answer.wait(30)
        return REFUSED

    threads = [threading.Thread(target=controls.ask_once, args=("here", ask, in_time())) for _ in range(8)]
    for thread in threads:
        thread.start()
    may_answer.set()
    for thread in threads:
        thread.join()
    assert asked == [1]


def test_who_cannot_wait_any_longer_asks_by_himself() -> None:
    controls, asking, may_answer = Controls(), threading.Event(), threading.Event()

    def ask_slowly() -> Verdict:
        asking.set()
        may_answer.wait(30)
        return REFUSED

    first = threading.Thread(target=controls.ask_once, args=("here", ask_slowly, in_time()))
    first.start()
    asking.wait(30)
    assert controls.ask_once("here", lambda: REFUSED, Deadline.after(0)) is REFUSED
    may_answer.set()
    first.join()
