"""A clock that is wrong is told, and no key is blamed for it."""

from datetime import timedelta

import pytest

from nexcred.model.probe import ProbeResult
from nexcred.model.probe import ProbeStatus as Status
from nexcred.model.times import utc_now
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.proving.prober import Prober
from tests.support.standins.sts import Sts
from tests.unit.services.places import never_taken


def probe(sts: Sts, off: timedelta, **more: str) -> ProbeResult:
    values = {"access_key_id": "AKIAEXAMPLE", "secret_key": "secret-EXAMPLE", "sts_endpoint_url": sts.url, **more}
    new = prepare_new("s3", values, is_taken=never_taken, allow_hosts=[sts.host])
    return Prober({}, clock=lambda: utc_now() + off).probe(new.method, new.details)


@pytest.mark.parametrize("role", [{}, {"role_arn": "arn:aws:iam::123456789012:role/reader"}], ids=["key", "role"])
@pytest.mark.parametrize(("hours", "told"), [(-1, "60 minutes behind"), (1, "60 minutes ahead of")])
def test_an_hour_is_told_and_proves_nothing(hours: int, told: str, role: dict[str, str]) -> None:
    with Sts() as sts:
        result = probe(sts, timedelta(hours=hours), **role)
    assert result.status is Status.INCONCLUSIVE
    assert f"this computer's clock is {told} the provider's; set it right: Signature" in result.detail


def test_some_minutes_are_taken() -> None:
    with Sts() as sts:
        assert probe(sts, timedelta(minutes=10)).status is Status.ACCEPTED
