"""Tokens of which nobody said how long they live: what refuses one makes it gone for all."""

import json
from collections.abc import Iterator

import pytest

from tests.support.opened import Opened
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.issuer import Issuer


class Api(Issuer):
    """Says nothing of a token's life; `forget` ends those that were granted, `refuses_with` is what they get then."""

    ttl_s: int | None = None
    refuses_with = 403

    def answer(self, request: Received) -> Answer:
        proper = super().answer(request)
        if proper.status == 401 and request.path == "/me":
            return json_answer({"message": "no"}, self.refuses_with)
        return proper

    def forget(self) -> None:
        self._tokens.clear()

    @property
    def asked_for_tokens(self) -> int:
        return sum(request.path == "/oauth/token" for request in self.received)


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as stand_in:
        yield stand_in


@pytest.fixture
def added(opened: Opened, api: Api) -> Opened:
    values = {"base_url": api.url, "health_path": "/me", "token_url": api.token_url, "client_id": api.client_id}
    words = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
    words += ["--set", "client_secret=env:HELD", "--allow-host", api.host, "--method", "client_credentials"]
    done = opened("add", "rest", "api", *words, environment={"HELD": api.client_secret})
    assert done.code == 0, done.err
    return opened


def test_a_token_is_kept_and_renewed_once_where_403_may_be_its_end(added: Opened, api: Api) -> None:
    """n8n-io/n8n#17450."""
    assert added("request", "api", "/me").code == 0
    kept, asked = added("token", "api").out, api.asked_for_tokens
    assert added("request", "api", "/me").code == 0
    assert api.asked_for_tokens == asked
    api.forget()
    ran = added("request", "api", "/me")
    assert (ran.code, json.loads(ran.out)) == (0, {"user": {"id": 7}})
    assert api.asked_for_tokens == asked + 1
    assert added("token", "api").out != kept


def test_a_403_that_is_none_is_told_after_one_renewal(added: Opened, api: Api) -> None:
    assert added("request", "api", "/me").code == 0
    api.fault = lambda request, proper: json_answer({"message": "no"}, 403) if request.path == "/me" else proper
    asked = api.asked_for_tokens
    ran = added("request", "api", "/me")
    assert (ran.code, api.asked_for_tokens) == (1, asked + 1)


def test_a_403_renews_nothing_where_the_end_is_known(added: Opened, api: Api) -> None:
    api.ttl_s = 3600
    assert added("request", "api", "/me").code == 0
    asked = api.asked_for_tokens
    api.forget()
    assert added("request", "api", "/me").code == 1
    assert api.asked_for_tokens == asked


def test_what_a_probe_is_granted_takes_the_place_of_what_is_kept(added: Opened, api: Api) -> None:
    """n8n-io/n8n#32423."""
    api.ttl_s = 3600
    first = added("token", "api").out
    api.forget()
    assert added("probe", "api").code == 0
    second = added("token", "api").out
    assert second != first
    assert added("request", "api", "/me").code == 0


def test_a_credential_that_a_probe_finds_refused_keeps_no_token(added: Opened, api: Api) -> None:
    assert added("token", "api").code == 0
    api.fault = lambda request, proper: (
        json_answer({"error": "invalid_client"}, 401) if request.path == "/oauth/token" else proper
    )
    assert added("probe", "api").code == 4
    assert added("token", "api").code == 4


def test_a_token_that_a_request_finds_refused_is_printed_no_more(added: Opened, api: Api) -> None:
    api.refuses_with = 401
    assert added("token", "api").code == 0
    api.forget()
    api.fault = lambda request, proper: (
        json_answer({"error": "invalid_client"}, 401) if request.path == "/oauth/token" else proper
    )
    assert added("request", "api", "/me").code == 4
    ran = added("token", "api")
    assert (ran.code, ran.out) == (4, "")
