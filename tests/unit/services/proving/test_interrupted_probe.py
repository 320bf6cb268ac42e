"""What was found out before an interrupt is kept and reported."""

import os
import signal
import threading

import pytest

from nexcred.services.proving.probe_many import Probed
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins.aha import Aha
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Answer, Received
from tests.unit.services.places import keep, new_aha, new_aventri
from tests.unit.services.proving.probed import probe_all, statuses


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
        report = probe_all(vault, prober, on_result=lambda _probed: answered.set())
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
        report = probe_all(vault, prober, ProbeOptions(jobs=1), on_result=interrupt)
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
