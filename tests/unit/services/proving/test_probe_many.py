from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from nexcred.errors import InvalidData
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import prepare_update, save_update
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Store
from nexcred.vault.vault import Vault
from tests.support.standins.aha import Aha
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.rest import Rest
from tests.unit.services.places import keep, new_aha, new_aventri, new_rest
from tests.unit.services.proving.probed import probe_all, statuses


def test_many_are_probed_and_kept_in_one_commit(vault: Vault, aventri: Aventri, aha: Aha, prober: Prober) -> None:
    for number in range(6):
        keep(vault, new_aventri(aventri, name=f"events {number}"))
    keep(vault, new_aventri(aventri, name="bad", key="wrong-EXAMPLE"))
    keep(vault, new_aha(aha))
    before, told = vault.generation, list[str]()
    report = probe_all(vault, prober, on_result=lambda probed: told.append(probed.credential.name))
    assert statuses(report) == {**{f"events {n}": "accepted" for n in range(6)}, "bad": "rejected", "aha": "accepted"}
    assert [one.credential.name for one in report.probed] == vault.names()
    assert (report.interrupted, report.unsaved, vault.generation) == (False, "", before + 1)
    assert sorted(told) == sorted(vault.names())
    assert {c.name: c.probe.identity for c in vault.credentials() if c.probe}["aha"] == Aha.email


def test_a_young_result_is_taken_instead_of_asking(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    keep(vault, new_aventri(aventri))
    hour = ProbeOptions(max_age=timedelta(hours=1))
    assert [one.cached for one in probe_all(vault, prober, hour).probed] == [False]
    asked, generation = len(aventri.received), vault.generation
    report = probe_all(vault, prober, hour)
    assert [(one.cached, one.result.status.value) for one in report.probed] == [(True, "accepted")]
    assert (len(aventri.received), vault.generation) == (asked, generation)
    later = utc_now() + timedelta(minutes=61)
    again = probe_all(vault, prober, hour, now=later)
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
