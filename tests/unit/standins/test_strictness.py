"""The stand-ins refuse junk, or the tests that use them prove nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nexcred.auth.flow import Request, Response
from nexcred.network.deadline import Deadline
from tests.support.standins import Aha, Amperity, Aventri, Resci, Rest
from tests.support.standins.reach import PLENTY_S, send, transport_to

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _authorize(aventri: Aventri, body: bytes, headers: dict[str, str] | None = None) -> Response:
    url = aventri.url + "/api/v2/global/authorize.json"
    request = Request("POST", url, _FORM if headers is None else headers, (), body)
    return transport_to(aventri).send(request, Deadline.after(PLENTY_S))


def test_aventri_gives_a_token_for_the_right_key_that_works_once_given(aventri: Aventri) -> None:
    answer = _authorize(aventri, b"accountid=4711&key=aventri-key-EXAMPLE")
    token = json.loads(answer.body)["accesstoken"]
    events = "/api/v2/global/listEvents.json"
    assert isinstance(json.loads(send(aventri, events, {"Authorization": f"Bearer {token}"}).body), list)
    assert isinstance(json.loads(send(aventri, f"{events}?accesstoken={token}").body), list)
    assert "error" in json.loads(send(aventri, events, {"Authorization": "Bearer junk"}).body)


def test_aventri_may_take_its_token_in_the_query_only(aventri: Aventri) -> None:
    aventri.takes_bearer = False
    token = json.loads(_authorize(aventri, b"accountid=4711&key=aventri-key-EXAMPLE").body)["accesstoken"]
    answer = send(aventri, "/api/v2/global/listEvents.json", {"Authorization": f"Bearer {token}"})
    assert "error" in json.loads(answer.body)


@pytest.mark.parametrize(
    "body", [b"", b"accountid=4711&key=junk", b"accountid=1&key=aventri-key-EXAMPLE", b'{"accountid": "4711"}']
)
def test_aventri_refuses_junk_with_http_200(aventri: Aventri, body: bytes) -> None:
    answer = _authorize(aventri, body)
    assert answer.status == 200
    assert set(json.loads(answer.body)) == {"error"}


def test_aventri_refuses_a_body_that_is_no_form(aventri: Aventri) -> None:
    answer = _authorize(aventri, b"accountid=4711&key=aventri-key-EXAMPLE", {"Content-Type": "text/plain"})
    assert "error" in json.loads(answer.body)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("ApiKey resci-key-EXAMPLE", 200),
        ("ApiKey resci-limited-EXAMPLE", 403),
        ("ApiKey junk", 401),
        ("Bearer resci-key-EXAMPLE", 401),
        ("resci-key-EXAMPLE", 401),
    ],
)
def test_resci_wants_its_own_scheme(resci: Resci, authorization: str, status: int) -> None:
    assert send(resci, "/v3/import_jobs", {"Authorization": authorization}).status == status


def test_amperity_wants_token_tenant_and_version(amperity: Amperity) -> None:
    good = {
        "Authorization": f"Bearer {amperity.access_token}",
        "Amperity-Tenant": "acme",
        "api-version": "2024-04-01",
    }
    path = "/api/workflow/runs?limit=1"
    assert send(amperity, path, good).status == 200
    assert send(amperity, path, good | {"Amperity-Tenant": "other"}).status == 401
    assert send(amperity, path, good | {"api-version": "2020-01-01"}).status == 400
    assert send(amperity, path, good | {"Authorization": f"Bearer {amperity.make_token(-60)}"}).status == 401
    assert send(amperity, path, good | {"Authorization": f"Bearer {amperity.access_token[:-1]}"}).status == 401
    assert send(amperity, path, good | {"Authorization": "Bearer a.b.c"}).status == 401


def test_aha_refuses_with_a_web_page(aha: Aha) -> None:
    assert send(aha, "/api/v1/me", {"Authorization": f"Bearer {aha.api_key}"}).status == 200
    refused = send(aha, "/api/v1/me", {"Authorization": "Bearer junk"})
    assert (refused.status, refused.headers["content-type"]) == (401, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/health", {"Authorization": "Bearer rest-key-EXAMPLE"}, 200),
        ("/health", {"X-Api-Key": "rest-key-EXAMPLE"}, 200),
        ("/health?api_key=rest-key-EXAMPLE", {}, 200),
        ("/health", {"Authorization": "Basic YWRhOnJlc3QtcGFzc3dvcmQtRVhBTVBMRQ=="}, 200),
        ("/health", {}, 401),
        ("/health?api_key=junk", {"X-Api-Key": "junk"}, 401),
        ("/elsewhere", {"X-Api-Key": "rest-key-EXAMPLE"}, 404),
    ],
)
def test_rest_takes_the_key_in_each_usual_place(rest: Rest, path: str, headers: dict[str, str], status: int) -> None:
    assert send(rest, path, headers).status == status


def test_all_run_as_one_process(tmp_path: Path) -> None:
    listing = tmp_path / "ports.json"
    command = [sys.executable, "-m", "tests.support.standins", "--ports-file", str(listing)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        described = json.loads(listing.read_text())
    assert process.returncode == 0
    assert set(described) == {"aventri", "resci", "amperity", "aha", "rest"}
    assert described["aventri"]["account_id"] == "4711"
