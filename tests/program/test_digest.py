"""A user name and password by HTTP Digest, with a server that takes nothing else."""

import json
from collections.abc import Iterator

import pytest

from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.standins.digest import Digest


@pytest.fixture(params=["MD5", "SHA-256"])
def device(request: pytest.FixtureRequest) -> Iterator[Digest]:
    with Digest() as stand_in:
        stand_in.algorithm = request.param
        yield stand_in


def add(opened: Opened, device: Digest, *, method: str = "digest", password: str = Digest.password) -> Ran:
    words = ["--method", method, "--set", f"base_url={device.url}", "--set", "health_path=/me?x=1%202"]
    words += ["--set", "username=ada", "--set", "password=env:HELD", "--allow-host", device.host]
    return opened("add", "rest", "device", *words, environment={"HELD": password})


def test_it_is_proved_and_used_and_the_password_is_never_sent(opened: Opened, device: Digest) -> None:
    added = add(opened, device)
    assert (added.code, added.out) == (0, "added device: accepted\n"), added.err
    assert opened("probe", "device").code == 0
    ran = opened("request", "device", "/deep/er?a=b&c=%2F")
    assert (ran.code, json.loads(ran.out)) == (0, {"user": "ada"})
    assert not any(request.holds(device.password) for request in device.received)


def test_a_wrong_password_is_rejected(opened: Opened, device: Digest) -> None:
    assert add(opened, device, password="wrong-EXAMPLE").code == 4
    assert opened.names == []


def test_a_challenge_that_ran_out_is_no_refusal(opened: Opened, device: Digest) -> None:
    device.stale = True
    added = add(opened, device)
    assert added.code == 0
    assert "the server's challenge had run out" in added.err


def test_by_basic_it_is_said_that_the_server_wants_digest(opened: Opened, device: Digest) -> None:
    """n8n-io/n8n#2567."""
    added = add(opened, device, method="basic")
    assert added.code == 0
    assert "saved, not verified" in added.err
    assert "the server wants Digest" in added.err
