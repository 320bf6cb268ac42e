"""What goes in never comes out: of no answer, no header, no log, and of nothing that is kept beside the vault."""

import logging
from pathlib import Path

import pytest

from tests.support.standins import Rest
from tests.support.standins.faults import echo
from tests.unit.server.seeds.conftest import Seeds, of_stand_in

CANARIES = [f"CANARY-{number}-EXAMPLE" for number in range(6)]
POSTGRES = {"host": "db.example.com", "database": "d", "username": "u", "password": CANARIES[1]}


def files_beside(home: Path) -> bytes:
    """Return all that this user's folders hold."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def test_nothing_comes_out(seeds: Seeds, rest: Rest, caplog: pytest.LogCaptureFixture) -> None:
    rest.api_key = CANARIES[0]
    told = []

    def ask(method: str, path: str, body: object = None) -> int:
        answered = seeds(method, path, body)
        told.append(answered.body.decode() + str(answered.headers))
        return answered.status

    with caplog.at_level(logging.DEBUG):
        assert ask("POST", "", {"name": "a", "credentials_type": "rest", "credentials": of_stand_in(rest)}) == 200
        assert ask("POST", "", {"name": "b", "credentials_type": "postgres", "credentials": POSTGRES}) == 200
        path = f"/{next(one['id'] for one in seeds('GET').json if one['name'] == 'a')}"
        for body in (
            {"credentials": {"api_key": CANARIES[2], "base_url": CANARIES[2]}},
            {"credentials": {"api_kye": CANARIES[3]}},
            {"credentials": CANARIES[3]},
            {"credentials_type": "orcale", "credentials": {"api_key": CANARIES[3]}},
            f'{{"credentials": {{"api_key": "{CANARIES[3]}"'.encode(),
        ):
            assert ask("PUT", path, body) == 400
        assert ask("PUT", f"{path}/probe/authenticate") == 200
        rest.fault = echo(401)
        assert ask("GET", f"{path}/probe") == 403
        assert ask("PUT", path, {"credentials": {**of_stand_in(rest), "api_key": CANARIES[4]}}) == 200
        for more in ("", path, f"{path}?expand=1", f"{path}/accessors", f"{path}/audit_log"):
            assert ask("GET", more) == 200
        assert ask("DELETE", path) == 200
    everything = "".join(told) + caplog.text
    assert [one for one in CANARIES if one in everything] == []
    assert [one for one in CANARIES if one.encode() in files_beside(seeds.home.home)] == []
