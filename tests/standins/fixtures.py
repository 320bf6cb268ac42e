"""The stand-ins as pytest fixtures; tests/conftest.py offers them everywhere."""

from collections.abc import Iterator

import pytest

from tests.standins.aha import Aha
from tests.standins.amperity import Amperity
from tests.standins.authority import Authority
from tests.standins.aventri import Aventri
from tests.standins.resci import Resci
from tests.standins.rest import Rest


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
def rest() -> Iterator[Rest]:
    with Rest() as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))
