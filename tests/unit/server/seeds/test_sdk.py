"""nexla-sdk 1.0.8, unchanged, does its round; and what it sends is answered, call by call."""

import json
from pathlib import Path
from typing import Any

import pytest
from nexla_sdk.exceptions import (
    AuthenticationError,
    AuthorizationError,
    NotFoundError,
    ResourceConflictError,
    ServerError,
    ValidationError,
)
from nexla_sdk.models.credentials.requests import CredentialCreate, CredentialUpdate

from tests.support.people import invite
from tests.support.sdk_calls import CALLS, CREATE, UPDATE, VALUES, sdk
from tests.support.standins import Rest
from tests.unit.server.seeds.conftest import Seeds

RECORDED = json.loads(Path("tests/vectors/nexla/sdk-1.0.8.json").read_text())["calls"]


def test_its_round(seeds: Seeds, rest: Rest) -> None:
    with sdk(seeds.ask.url) as client:
        credentials = client.credentials
        assert credentials.list() == []
        made = credentials.create(CREATE)
        assert (made.name, made.credentials_type, made.owner.email, made.managed) == ("api", "rest", "", False)
        assert [one.id for one in credentials.list(credentials_type="rest", page=1, per_page=5)] == [made.id]
        got = credentials.get(made.id, expand=True)
        assert got.credentials_non_secure_data["base_url"] == VALUES["base_url"]
        assert got.verified_status is None
        assert credentials.probe(made.id)["status"] == "ok"
        assert credentials.probe(made.id, async_mode=True, request_id=1)["status"] == "ok"
        assert credentials.get(made.id).verified_at is not None
        updated = credentials.update(made.id, UPDATE)
        assert (updated.name, updated.description, updated.verified_status) == ("API 2", "for reports", None)
        with pytest.raises(AuthorizationError) as refused:
            credentials.probe(made.id)
        assert refused.value.response["code"] == "rejected"
        assert credentials.delete(made.id)["status"] == "ok"
        assert credentials.list() == []
        assert len(seeds.keys.issued) == 1  # it logged in once, and not before every call
        client.logout()
        assert seeds.keys.issued == {}


def test_its_pages(seeds: Seeds) -> None:
    for name in "abcde":
        seeds.create(name)
    with sdk(seeds.ask.url) as client:
        assert [one.name for one in client.credentials.paginate(per_page=2)] == [*"abcde"]
        assert client.credentials.list(page=9, per_page=2) == []


def test_its_failures_are_what_they_are(seeds: Seeds) -> None:
    made = seeds.create("api")
    with sdk(seeds.ask.url) as client:
        credentials = client.credentials
        with pytest.raises(NotFoundError):
            credentials.get(7)
        with pytest.raises(ResourceConflictError):
            credentials.create(CredentialCreate(name="api", credentials_type="rest", credentials=VALUES))
        with pytest.raises(ValidationError) as lacking:
            credentials.create(CredentialCreate(name="b", credentials_type="rest", auth_template_id=7))
        assert lacking.value.response["code"] == "missing_field"
        with pytest.raises(ValidationError):
            credentials.update(made["id"], CredentialUpdate(credentials={"base_url": "https://a.example"}))
        with pytest.raises(ServerError) as missing:
            CALLS["probe tree"](client, made["id"])
        assert missing.value.status_code == 501
    with sdk(seeds.ask.url, "wrong-EXAMPLE") as client, pytest.raises(AuthenticationError):
        client.credentials.list()


def test_a_token_that_has_ended_is_replaced_without_being_told(seeds: Seeds) -> None:
    with sdk(seeds.ask.url) as client:
        assert client.credentials.list() == []
        seeds.keys.issued.clear()
        assert client.credentials.list() == []


def test_what_it_sends_is_answered(seeds: Seeds, rest: Rest) -> None:
    invite(seeds.home, "bob", "--role", "member")
    assert seeds.home("team", "add", "data", "--member", "bob", "--yes").code == 0
    made = seeds.create("there", **VALUES)
    statuses = {}
    for call in CALLS:
        request: dict[str, Any] = RECORDED[call]
        path = request["target"].removeprefix("/data_credentials").replace("/5008", f"/{made['id']}")
        rest.api_key = "other-EXAMPLE" if call.startswith("probe") else VALUES["api_key"]  # as it was updated
        answered = seeds(request["method"], path, request["body"])
        statuses[call] = answered.status
        assert VALUES["api_key"] not in answered.body.decode()
    assert statuses == {**dict.fromkeys(CALLS, 200), "probe tree": 501, "probe sample": 501}
