"""A user name and password by HTTP Digest, with a server that takes nothing else."""

import json
import re
from collections.abc import Iterator

import pytest

from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.standins.digest import Digest


@pytest.fixture(params=["MD5", "SHA-256", "SHA-256-sess"])
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


def pages(opened: Opened, device: Digest) -> list[int]:
    device.received.clear()
    ran = opened("request", "device", "/pages", "--paginate")
    assert ran.code == 0, ran.err
    return [json.loads(line)["page"] for line in ran.out.splitlines()]


def counts(device: Digest) -> list[str]:
    """The counts that were sent, "" for a request without a proof."""
    sent = (request.headers.get("authorization", "") for request in device.received)
    return [match[1] if (match := re.search(r"nc=(\w+)", proof)) else "" for proof in sent]


def test_each_request_with_a_nonce_has_its_own_count(opened: Opened, device: Digest) -> None:
    device.uses, device.same_nonce = 9, True
    assert add(opened, device).code == 0
    device.forget()
    assert pages(opened, device) == [1, 2, 3]
    assert counts(device) == ["", "00000001", "00000002", "00000003"]


@pytest.mark.parametrize("said_stale", [True, False])
def test_a_nonce_that_ran_out_is_followed_by_the_one_that_came_with_the_refusal(
    opened: Opened, device: Digest, said_stale: bool
) -> None:
    """RFC 7616, 3.3: many servers do not say `stale` either."""
    device.uses, device.said_stale = 2, said_stale
    assert add(opened, device).code == 0
    assert pages(opened, device) == [1, 2, 3]
    assert counts(device) == ["", "00000001", "00000002", "00000003", "00000001"]


def test_the_nonce_that_an_answer_gives_for_the_next_request_is_taken(opened: Opened, device: Digest) -> None:
    device.gives_next = True
    assert add(opened, device).code == 0
    assert pages(opened, device) == [1, 2, 3]
    once = ["", "00000001", "00000001", "00000001"]
    # The key of a session is bound to its first nonce, so that it has to be told that this one ran out.
    of_session = ["", "00000001", "00000002", "00000001", "00000002", "00000001"]
    assert counts(device) == (of_session if device.algorithm.endswith("-sess") else once)


def test_a_password_that_is_refused_is_sent_once(opened: Opened, device: Digest) -> None:
    """Accounts are locked after a few wrong ones."""
    assert add(opened, device).code == 0
    device.password = "changed-EXAMPLE"
    device.received.clear()
    assert opened("request", "device", "/pages", "--paginate").code == 4
    assert counts(device) == ["", "00000001"]
