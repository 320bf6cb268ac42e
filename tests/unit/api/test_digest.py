"""Sessions of a Digest credential: one challenge, and a count for each request that answers it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

import nexcred
from tests.support.opened import Opened
from tests.support.standins.digest import Digest


@pytest.fixture
def device(home: Opened) -> Iterator[Digest]:
    with Digest() as stand_in:
        stand_in.uses = 99
        words = ["--method", "digest", "--set", f"base_url={stand_in.url}", "--set", "username=ada"]
        words += ["--set", "password=env:HELD", "--allow-host", stand_in.host]
        assert home("add", "rest", "device", *words, environment={"HELD": stand_in.password}).code == 0
        stand_in.received.clear()
        yield stand_in


def test_a_session_asks_for_one_challenge(device: Digest, vault: nexcred.Vault) -> None:
    with vault["device"].session() as session:
        assert [session.get(f"/{number}").status_code for number in range(3)] == [200, 200, 200]
    assert len(device.received) == 4


def test_a_session_takes_the_nonce_of_a_refusal_and_the_one_after_an_answer(
    device: Digest, vault: nexcred.Vault
) -> None:
    device.uses = 1
    with vault["device"].session() as session:
        assert [session.get("/").status_code for _ in range(2)] == [200, 200]
        device.gives_next = True
        assert [session.get("/").status_code for _ in range(3)] == [200, 200, 200]
    assert len(device.received) == 1 + 1 + 2 + 2 + 1 + 1


def test_the_auth_of_a_credential_does_so_too(device: Digest, vault: nexcred.Vault) -> None:
    device.uses = 1
    auth = vault["device"].auth
    assert [requests.get(device.url, auth=auth, timeout=20).status_code for _ in range(2)] == [200, 200]
    assert len(device.received) == 1 + 1 + 2


def test_threads_share_one_count(device: Digest, vault: nexcred.Vault) -> None:
    with vault["device"].session() as session, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: session.get("/"), range(24)))
    proofs = [request.headers["authorization"] for request in device.received if "authorization" in request.headers]
    said = [(proof.split('nonce="')[1].split('"')[0], proof.split("nc=")[1][:8]) for proof in proofs]
    assert len(said) == len(set(said))
