"""Nexla's API over a vault that this process opens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nexcred.server.seeds.repeats import MOST, RepeatedRequests
from nexcred.server.seeds.routes import endpoints
from tests.support.opened import Opened
from tests.support.service_keys import KEY, ServiceKeys, bearer
from tests.support.serving import Answered, OpenedSource, Served, access_here, serving
from tests.support.standins.internet import Internet
from tests.support.standins.rest import Rest

API = "api.example.com"


class Minutes:
    """A clock that stands until it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True, slots=True)
class Seeds:
    """A running service, its keys, its vault, and the clock by which it knows repeats."""

    home: Opened
    ask: Served
    keys: ServiceKeys
    source: OpenedSource
    clock: Minutes

    def __call__(self, method: str, path: str = "", body: object = None, *, key: str = KEY) -> Answered:
        """Ask for what lies below /data_credentials, with a key."""
        return self.ask(method, f"/data_credentials{path}", body, **bearer(key))

    def create(self, name: str, **values: Any) -> Any:
        """Add a REST API's key, and return what was answered."""
        answered = self("POST", "", rest_body(name, **values))
        assert answered.status == 200, answered.json
        return answered.json


def rest_body(name: str, **values: Any) -> dict[str, Any]:
    given = {"base_url": f"https://{API}", "api_key": "rest-secret-EXAMPLE", **values}
    return {"name": name, "credentials_type": "rest", "credentials": given}


def of_stand_in(rest: Rest) -> dict[str, str]:
    """Return the values that the stand-in accepts, under its name on the stand-ins' internet."""
    return {"base_url": f"https://{API}", "api_key": rest.api_key, "health_path": "/health"}


@contextmanager
def seeds_of(home: Opened, *, probe_timeout_s: float = 8.0, most_repeats: int = MOST) -> Iterator[Seeds]:
    """Serve the vault that this process's environment opens."""
    keys, clock, source = ServiceKeys(), Minutes(), OpenedSource(access_here())
    found = endpoints(keys, repeats=RepeatedRequests(clock, most=most_repeats), probe_timeout_s=probe_timeout_s)
    with serving(found, keys, source) as ask:
        yield Seeds(home, ask, keys, source, clock)


@pytest.fixture
def seeds(home: Opened) -> Iterator[Seeds]:
    with seeds_of(home) as served:
        yield served


@pytest.fixture
def rest(home: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Rest]:
    """A REST API that this process reaches by its name: no client of this API can allow an address, or plain HTTP."""
    folder = tmp_path / "internet"
    folder.mkdir()
    with Internet(folder) as internet:
        for name, value in internet.environment.items():
            monkeypatch.setenv(name, value)
        yield internet.host_at(API, Rest)
