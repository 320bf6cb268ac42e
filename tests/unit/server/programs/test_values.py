"""Values for programs and clusters: where they look, and no 404 but for a name that there is not."""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from nexcred.errors import Locked
from nexcred.model.right import Right
from nexcred.server import programs
from nexcred.server.principal import Allowance, Principal
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.parcels import PARCELS
from tests.support.people import keep
from tests.support.serving import OpenedSource, OpenGate, Served, access_here, serving
from tests.support.standins import Aha, Aventri


class Service:
    """The endpoints of programs, and what a test moves."""

    def __init__(self, home: Opened, stack: ExitStack) -> None:
        self.home = home
        self.source = OpenedSource(access_here())
        self.gate = OpenGate()
        self.ask: Served = stack.enter_context(serving(programs.endpoints(), self.gate, self.source))

    def let(self, right: Right, *names: str) -> None:
        """Let in who has one right, to these credentials."""
        access = self.source.access()
        records = frozenset(access.find(name).id for name in names)
        self.gate.principal = Principal("etl", (Allowance(right, records),))


@pytest.fixture
def service(home: Opened) -> Iterator[Service]:
    keep(home, "prod", "two words", "other")
    with ExitStack() as stack:
        yield Service(home, stack)


def test_a_value_and_all_values_stand_in_the_same_place(service: Service) -> None:
    ask = service.ask
    assert ask.get("/v1/credentials/prod/api_key").json == {"value": "key-prod-EXAMPLE"}
    assert ask.get("/v1/credentials/PROD/api_key").json == {"value": "key-prod-EXAMPLE"}
    assert ask.get("/v1/credentials/prod").json == {"value": {"api_key": "key-prod-EXAMPLE"}}
    assert ask.get("/v1/credentials/two%20words").json == {"value": {"api_key": "key-two words-EXAMPLE"}}
    listed = ask.get("/v1/credentials").json
    assert [one["name"] for one in listed] == ["other", "prod", "two words"]
    assert "key-prod-EXAMPLE" not in json.dumps(listed)


def test_bytes_are_base64_and_numbers_are_numbers(service: Service) -> None:
    words = ("--set", "host=h.example.com", "--set", "database=d", "--set", "username=u", "--set", "password=-")
    assert service.home("add", "postgres", *words, "--set", "port=5433", "--no-probe", stdin=b"p-EXAMPLE").code == 0
    assert service.ask.get("/v1/credentials/postgres/port").json == {"value": 5433}
    assert service.home("add", "secret", "binary", "--set", "key=-", stdin=b"\xff\x00EXAMPLE").code == 0
    answered = service.ask.get("/v1/credentials/binary/key").json
    assert base64.b64decode(answered["value"]["base64"]) == b"\xff\x00EXAMPLE"


def test_what_is_written_meanwhile_is_answered(service: Service) -> None:
    for number in range(3):
        held = f"EXAMPLE-{number}".encode()
        assert service.home("update", "prod", "--set", "api_key=-", "--no-probe", stdin=held).code == 0
        assert service.ask.get("/v1/credentials/prod/api_key").json == {"value": f"EXAMPLE-{number}"}
    assert service.home("rename", "prod", "renamed").code == 0
    assert service.ask.get("/v1/credentials/prod/api_key").status == 404
    assert service.ask.get("/v1/credentials/renamed/api_key").status == 200


def test_only_a_name_that_there_is_not_is_404(service: Service) -> None:
    ask = service.ask
    statuses = {
        "nothing": 404,
        "nothing/api_key": 404,
        "prod/nothing": 400,
        "a%00b/api_key": 400,
        "%1b/api_key": 400,
        f"{'x' * 300}/api_key": 400,
    }
    answered = {path: ask.get(f"/v1/credentials/{path}") for path in statuses}
    assert {path: one.status for path, one in answered.items()} == statuses
    assert answered["nothing"].json["code"] == "credential_not_found"
    mistyped = [service.ask.get(path) for path in ("/v1/credential/prod", "/v1/credentials/prod/a/b", "/v1/")]
    assert {(one.status, one.json["code"]) for one in mistyped} == {(400, "no_such_path")}
    assert answered["prod/nothing"].json["code"] == "field_not_found"
    assert service.home("remove", "prod", "--yes").code == 0
    gone = ask.get("/v1/credentials/prod/api_key")
    assert (gone.status, gone.json["code"]) == (410, "in_trash")
    assert service.home("trash", "empty", "prod", "--yes").code == 0
    assert ask.get("/v1/credentials/prod/api_key").status == 404
    service.source.failure = Locked("the vault is locked")
    for path in ("nothing", "other/api_key"):
        locked = ask.get(f"/v1/credentials/{path}")
        assert (locked.status, locked.json["code"], locked.headers["retry-after"]) == (503, "locked", "5")


def test_a_connector_that_is_gone_is_no_end_of_a_credential(service: Service) -> None:
    home = service.home
    file = put_connector(home, "parcels", PARCELS)
    values = ("--set", "base_url=https://parcels.test", "--set", "api_key=-", "--allow-host", "parcels.test")
    added = home("add", "parcels", *values, "--no-probe", stdin=b"k-EXAMPLE")
    assert added.code == 0, added.err
    file.unlink()
    refused = service.ask.get("/v1/credentials/parcels/api_key")
    assert (refused.status, refused.json["code"]) == (400, "unknown_connector")


def test_each_right_is_for_itself(service: Service) -> None:
    ask = service.ask
    service.let("read", "prod")
    assert ask.get("/v1/credentials/prod/api_key").status == 200
    assert ask.get("/v1/credentials").json == []
    for path in ("other", "other/api_key"):
        refused = ask.get(f"/v1/credentials/{path}")
        assert (refused.status, refused.json["message"]) == (403, "'etl' may not read this credential")
    assert ask.get("/v1/credentials/other/token").status == 403
    service.let("list", "prod")
    assert [one["name"] for one in ask.get("/v1/credentials").json] == ["prod"]
    assert ask.get("/v1/credentials/prod").status == 403


def test_the_audit_names_the_token(service: Service) -> None:
    service.let("read", "prod")
    assert service.ask.get("/v1/credentials/prod/api_key").status == 200
    assert service.ask.get("/v1/credentials/prod").status == 200
    assert service.ask.get("/v1/credentials/other").status == 403
    events = json.loads(service.home("audit", "--json").out)
    uses = [(one["action"], one["name"], one["what"]) for one in events if one["token"] == "etl"]
    assert uses == [("serve read", "prod", ["api_key"]), ("serve read", "prod", ["api_key"])]
    assert "api_key by etl over HTTP" in service.home("audit", "prod").out


def test_a_token_is_fresh_and_a_key_has_none(service: Service, aventri: Aventri, aha: Aha) -> None:
    assert service.home.add(aventri).code == 0
    assert service.home.add(aha).code == 0
    answered = service.ask.get("/v1/credentials/aventri/token").json
    assert answered["token"].startswith("session-")
    assert answered == {**json.loads(service.home("token", "aventri", "--json").out), "value": answered["token"]}
    refused = service.ask.get("/v1/credentials/aha/token")
    assert (refused.status, refused.json["code"]) == (400, "usage")
    service.let("token", "aventri")
    assert service.ask.get("/v1/credentials/aventri/token").status == 200
    assert service.ask.get("/v1/credentials/aventri/api_key").status == 403


def test_a_field_that_is_called_token_can_be_read(service: Service) -> None:
    added = service.home("add", "secret", "s", "--set", "token=-", stdin=b"t-EXAMPLE")
    assert added.code == 0, added.err
    service.let("read", "s")
    assert service.ask.get("/v1/credentials/s/token").json["value"] == "t-EXAMPLE"
    service.let("read", "prod")
    missing = service.ask.get("/v1/credentials/prod/token")
    assert (missing.status, missing.json["code"]) == (400, "field_not_found")
