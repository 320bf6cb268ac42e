"""A credential of Parcels in the hands of the engine that its connector declares."""

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.rotating.declared import DeclaredRotator
from nexcred.rotating.find import rotator_for
from nexcred.rotating.rotator import CallFailed, LivingKey
from tests.support.parcels import ADD, PARCELS
from tests.support.standins import Fault
from tests.support.standins.parcels import Parcels
from tests.unit.rotating.acting import acting, connector_of, login, plenty

FIRST = LivingKey("k1", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))


def fields_of(parcels: Parcels, api_key: str = "first-EXAMPLE", key_id: str = "k1") -> dict[str, Value]:
    return {"api_key": Secret(api_key), "key_id": key_id, "base_url": parcels.url}


def engine(parcels: Parcels, spec: str = ADD, fields: Mapping[str, Value] | None = None) -> DeclaredRotator:
    connector = connector_of(PARCELS + spec)
    made = rotator_for(acting(connector, login(connector, fields or fields_of(parcels), parcels)))
    assert isinstance(made, DeclaredRotator)
    return made


def failure(parcels: Parcels, fault: Fault, within: Deadline | None = None) -> CallFailed:
    """Return how making a key fails when the provider misbehaves."""
    parcels.fault = fault
    with pytest.raises(CallFailed) as failed:
        engine(parcels).create(None, within or plenty())
    parcels.fault = None
    return failed.value
