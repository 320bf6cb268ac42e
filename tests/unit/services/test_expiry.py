"""A token's own expiry is known also where its provider said nothing of it."""

from datetime import timedelta

import pytest

from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.services.credentials.add import probe_new, save_new
from nexcred.services.credentials.draft import NewCredential, prepare_new
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import prepare_update, save_update
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins import faults
from tests.support.standins.amperity import Amperity
from tests.unit.services.places import never_taken


def _new(at: Amperity, valid_s: int) -> NewCredential:
    values = {"tenant_id": "acme", "access_token": at.make_token(valid_s), "base_url": at.base_url}
    return prepare_new("amperity", values, is_taken=never_taken, allow_hosts=[at.host])


@pytest.mark.parametrize("asked", [True, False])
def test_a_token_that_nobody_could_prove_still_says_when_it_ends(
    vault: Vault, amperity: Amperity, prober: Prober, *, asked: bool
) -> None:
    amperity.fault = faults.server_error()
    new = _new(amperity, 3600)
    result = probe_new(new, prober)[1] if asked else None
    assert result is None or result.status is ProbeStatus.PROVIDER_ERROR
    credential = save_new(vault, new, result)
    assert credential.expires_at is not None
    assert timedelta(minutes=50) < credential.expires_at - utc_now() <= timedelta(hours=1)


def test_a_new_token_brings_its_own_expiry(vault: Vault, amperity: Amperity) -> None:
    credential = save_new(vault, _new(amperity, 3600), None)
    wanted = UpdateInput(values={"access_token": Secret(amperity.make_token(86400))})
    saved = save_update(vault, prepare_update(vault, credential, wanted), None)
    assert saved.expires_at is not None
    assert saved.expires_at - utc_now() > timedelta(hours=23)
