import os
import signal
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nexcred.errors import InvalidData
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.services.credentials.update import UpdateInput, prepare_update, save_update
from nexcred.services.proving.probe_many import Probed, Report, probe_many
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.standins import faults
from tests.support.standins.aha import Aha
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest
from tests.unit.services.places import keep, new_aha, new_aventri, new_resci, new_rest, unrenewed


def probe_all(vault: Vault, prober: Prober, options: ProbeOptions | None = None) -> Report:
    return probe_many(vault, vault.credentials(), prober, unrenewed(vault), now=utc_now(), options=options)


def statuses(report: Report) -> dict[str, str]:
    return {one.credential.name: one.result.status.value for one in report.probed}


def test_many_are_probed_and_kept_in_one_commit(vault: Vault, aventri: Aventri, aha: Aha, prober: Prober) -> None:
    for number in range(6):
        keep(vault, new_aventri(aventri, name=f"events {number}"))
    keep(vault, new_aventri(aventri, name="bad", key="wrong-EXAMPLE"))
    keep(vault, new_aha(aha))
    before, told = vault.generation, list[str]()
    report = probe_many(
        vault,
        vault.credentials(),
        prober,
        unrenewed(vault),
        now=utc_now(),
        on_result=lambda probed: told.append(probed.credential.name),
    )
    assert statuses(report) == {**{f"events {n}": "accepted" for n in range(6)}, "bad": "rejected", "aha": "accepted"}
    assert [one.credential.name for one in report.probed] == vault.names()
    assert (report.interrupted, report.unsaved, vault.generation) == (False, "", before + 1)
    assert sorted(told) == sorted(vault.names())
    assert {c.name: c.probe.identity for c in vault.credentials() if c.probe}["aha"] == Aha.email


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


def test_a_young_result_is_taken_instead_of_asking(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    keep(vault, new_aventri(aventri))
    hour = ProbeOptions(max_age=timedelta(hours=1))
    assert [one.cached for one in probe_all(vault, prober, hour).probed] == [False]
    asked, generation = len(aventri.received), vault.generation
    report = probe_all(vault, prober, hour)
    assert [(one.cached, one.result.status.value) for one in report.probed] == [(True, "accepted")]
    assert (len(aventri.received), vault.generation) == (asked, generation)
    later = utc_now() + timedelta(minutes=61)
    again = probe_many(vault, vault.credentials(), prober, unrenewed(vault), now=later, options=hour)
    assert [one.cached for one in again.probed] == [False]


def test_a_result_for_values_that_moved_meanwhile_is_not_kept(
    vault: Vault, store: Store, aventri: Aventri, prober: Prober
) -> None:
    credential = keep(vault, new_aventri(aventri))

    def change_it(request: Received, proper: Answer) -> Answer:
        aventri.fault = None
        wanted = UpdateInput({"api_key": Secret("newer-EXAMPLE")})
        save_update(vault_elsewhere, prepare_update(vault_elsewhere, credential, wanted), None)
        return proper

    vault_elsewhere = Vault(store, vault.identity)
    aventri.fault = change_it
    assert statuses(probe_all(vault, prober)) == {"aventri": "accepted"}
    assert vault.find("aventri").probe is None


def test_an_interrupt_keeps_what_is_known(vault: Vault, aventri: Aventri, aha: Aha, prober: Prober) -> None:
    keep(vault, new_aventri(aventri, name="quick"))
    keep(vault, new_aha(aha, name="slow"))
    answered, release = threading.Event(), threading.Event()

    def hang(request: Received, proper: Answer) -> Answer:
        answered.wait(timeout=20)
        os.kill(os.getpid(), signal.SIGINT)
        release.wait(timeout=20)
        return proper

    aha.fault = hang
    try:
        report = probe_many(
            vault,
            vault.credentials(),
            prober,
            unrenewed(vault),
            now=utc_now(),
            on_result=lambda _probed: answered.set(),
        )
    finally:
        release.set()
    assert report.interrupted
    assert statuses(report) == {"quick": "accepted"}
    probes = {credential.name: credential.probe for credential in vault.credentials()}
    assert probes["quick"] is not None
    assert probes["slow"] is None


def test_an_interrupt_keeps_what_was_found_out_and_not_looked_at_yet(
    vault: Vault, aventri: Aventri, aha: Aha, prober: Prober
) -> None:
    """One thread asks one after the other: where the third is asked, the second has answered."""
    keep(vault, new_aventri(aventri, name="1"))
    keep(vault, new_aventri(aventri, name="2"))
    keep(vault, new_aha(aha, name="3"))
    asked, release = threading.Event(), threading.Event()

    def hang(request: Received, proper: Answer) -> Answer:
        asked.set()
        release.wait(timeout=20)
        return proper

    def interrupt(probed: Probed) -> None:
        if probed.credential.name == "1":
            asked.wait(timeout=20)
            raise KeyboardInterrupt

    aha.fault = hang
    try:
        report = probe_many(
            vault,
            vault.credentials(),
            prober,
            unrenewed(vault),
            now=utc_now(),
            options=ProbeOptions(jobs=1),
            on_result=interrupt,
        )
    finally:
        release.set()
    assert report.interrupted
    assert statuses(report) == {"1": "accepted", "2": "accepted"}


def test_an_interrupt_while_results_are_kept_loses_none_of_the_report(
    vault: Vault, aha: Aha, prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(vault, new_aha(aha))

    def interrupted(_apply: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(vault, "edit", interrupted)
    report = probe_all(vault, prober)
    assert (statuses(report), report.interrupted) == ({"aha": "accepted"}, True)
    assert report.unsaved == "interrupted while they were written"


def test_a_control_is_sent_when_it_is_asked_for(vault: Vault, aha: Aha, prober: Prober) -> None:
    keep(vault, new_aha(aha))
    assert statuses(probe_all(vault, prober)) == {"aha": "accepted"}
    without = len(aha.received)
    assert statuses(probe_all(vault, prober, ProbeOptions(control=True))) == {"aha": "accepted"}
    assert len(aha.received) == without + 2
    refused = aha.received[-1].headers["authorization"]
    assert refused != aha.received[-2].headers["authorization"]


def test_a_control_is_sent_unasked_where_a_yes_alone_means_nothing(vault: Vault, rest: Rest, prober: Prober) -> None:
    keep(vault, new_rest(rest))
    rest.takes_junk = True
    assert statuses(probe_all(vault, prober)) == {"rest": "inconclusive"}


def test_case_45_a_credential_that_may_not_be_sent_gets_a_result_that_says_so(
    vault: Vault, aventri: Aventri, prober: Prober
) -> None:
    new = new_aventri(aventri, name="x")
    keep(vault, replace(new, details=new.details._replace(allowed_hosts=())))
    report = probe_all(vault, prober)
    assert statuses(report) == {"x": "inconclusive"}
    assert report.probed[0].result.detail.startswith("not sent: ")
    assert aventri.received == []


def test_results_of_a_vault_that_cannot_be_written_are_still_reported(
    vault: Vault, store: Store, aventri: Aventri, prober: Prober
) -> None:
    keep(vault, new_aventri(aventri))
    path = Path(store.location.removeprefix("file://"))
    impatient = Vault(SqliteStore(path, lock_timeout_s=0.05), vault.identity)
    with store.write():
        report = probe_all(impatient, prober)
    assert statuses(report) == {"aventri": "accepted"}
    assert "in use by another process" in report.unsaved


@pytest.mark.parametrize("bad", [{"jobs": 0}, {"jobs": 257}, {"timeout_s": 0.0}, {"timeout_s": 3601.0}])
def test_options_out_of_bounds_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(InvalidData):
        ProbeOptions(**bad)  # type: ignore[arg-type]


def test_a_credential_of_a_connector_that_is_gone_does_not_stop_the_others(
    vault: Vault, aventri: Aventri, prober: Prober
) -> None:
    keep(vault, new_aventri(aventri))
    new = new_aventri(aventri, name="lost")
    keep(vault, replace(new, details=new.details._replace(connector="vanished")))
    assert statuses(probe_all(vault, prober)) == {"aventri": "accepted", "lost": "unsupported"}
