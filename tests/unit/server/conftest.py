"""Endpoints over a vault that this process opens, and those that keep what reached them."""

from collections.abc import Iterator

import pytest

from tests.support.own_process import home
from tests.support.serving import OpenGate
from tests.support.strict_service import StrictService, strict_service
from tests.unit.server.handled import Handled, LockedSource

__all__ = ["home"]


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest.fixture
def service(handled: Handled) -> Iterator[StrictService]:
    with strict_service(handled.endpoints(), OpenGate(), LockedSource(), idle_s=600) as running:
        yield running
        handled.may_go.set()
