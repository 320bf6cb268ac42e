"""`nexcred serve` as a Nexla: the guide's page by curl, and nexla-sdk, each with a token that was made for it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from nexla_sdk.exceptions import AuthenticationError, AuthorizationError

from tests.support.nexla_guide import CREATIONS, GUIDE, curl, filled, kinds
from tests.support.opened import Opened
from tests.support.people import invite
from tests.support.sdk_calls import CALLS, CREATE, UPDATE, VALUES, sdk
from tests.support.served_program import ServedProgram, served
from tests.support.standins import Rest
from tests.support.standins.internet import Internet

VERBS = ("list", "show", "probe", "write", "delete", "share")


def new_token(program: Opened, name: str, *verbs: str) -> str:
    """Return what may do this with everything."""
    may = [word for verb in verbs for word in ("--may", f"{verb}:*")]
    made = program("serve", "token", "new", name, *may)
    assert made.code == 0, made.err
    return made.out.strip()


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    folder = tmp_path / "internet"
    folder.mkdir()
    with Internet(folder) as internet:
        yield internet


@pytest.fixture
def rest(internet: Internet) -> Rest:
    return internet.host_at("api.example.com", Rest)


@pytest.fixture
def service(opened: Opened, internet: Internet) -> Iterator[ServedProgram]:
    with served(opened, environment=internet.environment) as service:
        yield service


def test_the_page_is_followed_line_by_line(opened: Opened, service: ServedProgram, rest: Rest) -> None:
    key = new_token(opened, "etl", *VERBS)
    status, answered = curl(service.url, f"Basic {key}", "POST", "/token")
    assert (status, answered["token_type"], answered["expires_in"]) == (200, "Bearer", 86400)
    token = f"Bearer {answered['access_token']}"
    told, secrets = [], []
    for one in CREATIONS.values():
        body, hidden = filled(one["body"])
        secrets += hidden
        status, made = curl(service.url, token, one["method"], one["path"], body)
        assert (status, made["name"]) == (200, body["name"])
        shaped = {**{name: made[name] for name in GUIDE["answer"]}, "org": {**made["org"], "email_domain": ""}}
        assert kinds(shaped) == kinds(GUIDE["answer"])
        told.append(json.dumps(made))
    assert len(curl(service.url, token, "GET", "/data_credentials")[1]) == len(CREATIONS)
    rest_body, _ = filled(CREATIONS["REST API"]["body"])
    ours = curl(service.url, token, "GET", "/data_credentials?credentials_type=rest")[1][0]
    paths = {
        name: (method, path.format(credential_id=ours["id"])) for name, (method, path) in GUIDE["operations"].items()
    }
    changed = {"credentials": {**rest_body["credentials"], "health_path": "/health"}}
    assert curl(service.url, token, *paths["Update Credentials"], changed)[0] == 200
    assert curl(service.url, token, *paths["Test Credentials"])[0] == 200
    assert curl(service.url, token, *paths["View Credential Details"])[1]["verified_status"] == "VERIFIED"
    ended = service.end()
    assert ended.code == 0
    assert not [one for one in secrets if one in "".join(told) + ended.out + ended.err]


def test_nexla_sdk_does_its_round(opened: Opened, service: ServedProgram, rest: Rest) -> None:
    with sdk(service.url, new_token(opened, "etl", *VERBS)) as client:
        credentials = client.credentials
        made = credentials.create(CREATE)
        assert [one.id for one in credentials.paginate(per_page=1)] == [made.id]
        assert credentials.probe(made.id)["status"] == "ok"
        assert credentials.get(made.id).verified_status == "VERIFIED"
        assert credentials.update(made.id, UPDATE).verified_status is None
        with pytest.raises(AuthorizationError):
            credentials.probe(made.id)
        assert opened("get", "API 2/api_key").out.strip() == "other-EXAMPLE"
        assert credentials.delete(made.id)["status"] == "ok"
        assert credentials.list() == []
        client.logout()
    told = opened("audit", "--json").out
    assert '"token": "etl"' in told
    assert VALUES["api_key"] not in told


def test_a_token_that_is_revoked_in_the_middle_ends_its_access_tokens_too(
    opened: Opened, service: ServedProgram
) -> None:
    with sdk(service.url, new_token(opened, "etl", *VERBS)) as client:
        made = client.credentials.create(CREATE)
        assert opened("serve", "token", "revoke", "etl").code == 0
        with pytest.raises(AuthenticationError):
            client.credentials.update(made.id, UPDATE)
    assert opened("get", "api/api_key").out.strip() == VALUES["api_key"]


def test_a_token_of_another_scope_is_told_so(opened: Opened, service: ServedProgram) -> None:
    with sdk(service.url, new_token(opened, "etl", *VERBS)) as client:
        made = client.credentials.create(CREATE)
    with sdk(service.url, new_token(opened, "board", "list")) as client:
        assert [one.name for one in client.credentials.list()] == ["api"]
        for ask in (client.credentials.get, client.credentials.delete, client.credentials.probe):
            with pytest.raises(AuthorizationError, match="'board' may not"):
                ask(made.id)
        with pytest.raises(AuthorizationError, match="'board' may not write"):
            client.credentials.create(CREATE)


def test_a_service_of_a_guest_changes_nothing(opened: Opened) -> None:
    added = opened("add", "resci", "prod", "--set", "api_key=env:K", "--no-probe", environment={"K": "EXAMPLE"})
    assert added.code == 0
    guest = invite(opened, "ci", "--grant", "prod")
    with served(guest) as service, sdk(service.url, new_token(guest, "etl", *VERBS)) as client:
        (one,) = client.credentials.list()
        for call in ("create", "delete"):
            with pytest.raises(AuthorizationError) as refused:
                CALLS[call](client, one.id)
            assert refused.value.response["code"] == "read_only_identity"
