"""The stand-ins as pytest fixtures; tests/conftest.py offers them everywhere."""

from collections.abc import Iterator

import pytest

from tests.support.standins.aha import Aha
from tests.support.standins.amperity import Amperity
from tests.support.standins.authority import Authority
from tests.support.standins.aventri import Aventri
from tests.support.standins.parcels import Parcels
from tests.support.standins.resci import Resci
from tests.support.standins.rest import Rest
from tests.support.standins.slack import Slack


@pytest.fixture
def aventri() -> Iterator[Aventri]:
    with Aventri() as stand_in:
        yield stand_in


@pytest.fixture
def resci() -> Iterator[Resci]:
    with Resci() as stand_in:
        yield stand_in


@pytest.fixture
def amperity() -> Iterator[Amperity]:
    with Amperity() as stand_in:
        yield stand_in


@pytest.fixture
def aha() -> Iterator[Aha]:
    with Aha() as stand_in:
        yield stand_in


@pytest.fixture
def parcels() -> Iterator[Parcels]:
    with Parcels() as stand_in:
        yield stand_in


@pytest.fixture
def rest() -> Iterator[Rest]:
    with Rest() as stand_in:
        yield stand_in


@pytest.fixture
def slack() -> Iterator[Slack]:
    with Slack() as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))
