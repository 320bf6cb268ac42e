"""How often, and by how many at once, a host is asked when many are probed."""

import threading
import time

from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins import faults
from tests.support.standins.aha import Aha
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.resci import Resci
from tests.unit.services.places import keep, new_aha, new_aventri, new_resci
from tests.unit.services.proving.probed import probe_all, statuses


def test_one_host_is_not_asked_by_more_than_four_at_once(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    for number in range(12):
        keep(vault, new_aventri(aventri, name=f"events {number}"))
    lock, running, most = threading.Lock(), 0, 0
    four = threading.Barrier(4)

    def count(request: Received, proper: Answer) -> Answer:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        four.wait(timeout=20)  # twelve requests pass in three groups of four, or not at all
        with lock:
            running -= 1
        return proper

    aventri.fault = count
    report = probe_all(vault, prober, ProbeOptions(timeout_s=30))
    assert set(statuses(report).values()) == {"accepted"}
    assert most == 4


def test_one_host_is_asked_by_as_many_at_once_as_were_asked_for(vault: Vault, resci: Resci, prober: Prober) -> None:
    for number in range(8):
        keep(vault, new_resci(resci, name=f"events {number}"))
    eight = threading.Barrier(8)

    def wait(request: Received, proper: Answer) -> Answer:
        eight.wait(timeout=20)
        return proper

    resci.fault = wait
    report = probe_all(vault, prober, ProbeOptions(jobs=8, timeout_s=30))
    assert set(statuses(report).values()) == {"accepted"}


def test_a_provider_is_asked_no_more_often_than_its_connector_says(vault: Vault, aha: Aha, prober: Prober) -> None:
    for number in range(21):
        keep(vault, new_aha(aha, name=f"aha {number}"))
    moments = []

    def note(request: Received, proper: Answer) -> Answer:
        moments.append(time.monotonic())
        return proper

    aha.fault = note
    report = probe_all(vault, prober, ProbeOptions(jobs=64, timeout_s=30))
    assert set(statuses(report).values()) == {"accepted"}
    assert max(moments) - min(moments) > 0.9  # twenty a second; on its way a request may lose some of the distance


def test_a_host_that_asks_for_a_short_rest_is_asked_again(vault: Vault, resci: Resci, prober: Prober) -> None:
    keep(vault, new_resci(resci, name="one"))
    keep(vault, new_resci(resci, name="two"))
    limited = faults.rate_limited(("Retry-After", "1"))

    def once(request: Received, proper: Answer) -> Answer:
        resci.fault = None
        answer = limited(request, proper)
        assert isinstance(answer, Answer)
        return answer

    resci.fault = once
    assert statuses(probe_all(vault, prober, ProbeOptions(jobs=1))) == {"one": "accepted", "two": "accepted"}
    assert len(resci.received) == 3


def test_a_rest_that_the_time_does_not_allow_is_reported(vault: Vault, resci: Resci, prober: Prober) -> None:
    keep(vault, new_resci(resci, name="one"))
    resci.fault = faults.rate_limited(("Retry-After", "3"))
    (probed,) = probe_all(vault, prober, ProbeOptions(timeout_s=2)).probed
    assert (probed.result.status.value, probed.result.retry_after_s) == ("rate_limited", 3)
    assert len(resci.received) == 1


def test_a_host_that_asks_for_rest_is_left_in_peace(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    for number in range(8):
        keep(vault, new_aventri(aventri, name=f"events {number}"))
    aventri.fault = faults.rate_limited(("Retry-After", "600"))
    report = probe_all(vault, prober, ProbeOptions(jobs=1))
    assert set(statuses(report).values()) == {"rate_limited"}
    assert len(aventri.received) == 1
    assert all(one.result.retry_after_s for one in report.probed)
