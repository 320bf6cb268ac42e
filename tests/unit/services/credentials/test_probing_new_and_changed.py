"""New values and changed ones are asked about alike, and refused alike."""

import pytest

from nexcred.errors import Rejected
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.services.credentials.add import probe_new, save_new
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import prepare_update, probe_update, save_update
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins import faults
from tests.support.standins.exchange import Fault
from tests.support.standins.rest import Rest
from tests.unit.services.places import keep, new_rest

ANOTHER = UpdateInput({"health_path": "/health?again=1"})


def as_seen(result: ProbeResult | None) -> tuple[object, ...]:
    assert result is not None
    return result.status, result.identity, result.detail, result.http_status


@pytest.mark.parametrize("takes_junk", [False, True])
@pytest.mark.parametrize("fault", [None, faults.server_error(), faults.html_page(403)])
def test_both_are_asked_about_in_the_same_way(
    vault: Vault, rest: Rest, prober: Prober, fault: Fault | None, takes_junk: bool
) -> None:
    new = new_rest(rest)
    credential = keep(vault, new)
    rest.fault, rest.takes_junk = fault, takes_junk
    _, added = probe_new(new, prober)
    sent_for_new = len(rest.received)
    _, updated = probe_update(prepare_update(vault, credential, ANOTHER), prober)
    assert as_seen(added) == as_seen(updated)
    assert len(rest.received) == 2 * sent_for_new


def test_both_are_refused_in_the_same_words(vault: Vault, rest: Rest, prober: Prober) -> None:
    credential = keep(vault, new_rest(rest))
    wrong = UpdateInput({"api_key": Secret("wrong-EXAMPLE")})
    prepared, result = probe_update(prepare_update(vault, credential, wrong), prober)
    assert result is not None
    assert result.status is ProbeStatus.REJECTED
    with pytest.raises(Rejected) as changed:
        save_update(vault, prepared, result)
    with pytest.raises(Rejected) as added:
        save_new(vault, new_rest(rest, "another"), result)
    assert added.value.message == changed.value.message
    assert added.value.hint == changed.value.hint.replace("nexcred update rest", "run nexcred add again").replace(
        "nexcred update 'rest'", "run nexcred add again"
    )
    assert vault.names() == ["rest"]
