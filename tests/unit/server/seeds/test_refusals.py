"""What a body may not say: the four faults that the seeds' page names, and worse."""

import json
from typing import Any

import pytest

from nexcred.nexla.types import MISSING
from tests.unit.server.seeds.conftest import Seeds, rest_body

CANARY = "CANARY-secret-EXAMPLE"


def refused(seeds: Seeds, body: object, status: int, code: str, *fields: str) -> None:
    answered = seeds("POST", "", body)
    assert (answered.status, answered.json["code"]) == (status, code), answered.json
    assert answered.json["message"] == answered.json["error"]["message"] != ""
    assert [one["field"] for one in answered.json["error"]["fields"]] == [*fields]
    assert CANARY not in answered.body.decode()
    assert seeds("GET").json == []


@pytest.mark.parametrize("credentials_type", ["orcale", "", "../rest", "s3\u202e", *sorted(MISSING)[:3], "x" * 10_000])
def test_an_unknown_type(seeds: Seeds, credentials_type: str) -> None:
    body = {"name": "a", "credentials_type": credentials_type, "credentials": {"key": CANARY}}
    refused(seeds, body, 400, "unknown_connector")


@pytest.mark.parametrize("lacking", ["name", "credentials_type", "credentials"])
def test_a_missing_key(seeds: Seeds, lacking: str) -> None:
    body = {key: value for key, value in rest_body("a", api_key=CANARY).items() if key != lacking}
    refused(seeds, body, 400, "missing_field", lacking)
    refused(seeds, {**body, lacking: None}, 400, "missing_field", lacking)


def test_all_that_is_missing_is_told_at_once(seeds: Seeds) -> None:
    refused(seeds, {}, 400, "missing_field", "name", "credentials_type", "credentials")
    postgres = {"name": "a", "credentials_type": "postgres", "credentials": {"password": CANARY}}
    answered = seeds("POST", "", postgres)
    assert (answered.status, answered.json["code"]) == (400, "missing_field")
    assert {"host", "database", "username"} <= {one["field"] for one in answered.json["error"]["fields"]}


@pytest.mark.parametrize(
    ("credentials", "field"),
    [
        (
            {"credentials_type": "s3", "base_url": "https://a.example", "api_key": CANARY},
            "credentials.credentials_type",
        ),
        ({"base_url": "https://a.example", "api_key": {"a": CANARY}}, "api_key"),
        ({"base_url": f"ftp://{CANARY}", "api_key": CANARY}, "base_url"),
        ({"base_url": "https://a.example", "api_key": f"{CANARY}\r\nX: y"}, "api_key"),
        ({"base_url": "https://a.example", "api_key": ""}, "api_key"),
        ({"base_url": "https://a.example", "api_key": [CANARY] * 3}, "api_key"),
    ],
)
def test_values_that_do_not_fit(seeds: Seeds, credentials: dict[str, Any], field: str) -> None:
    answered = seeds("POST", "", {"name": "a", "credentials_type": "rest", "credentials": credentials})
    assert answered.status == 400
    assert answered.json["code"] in ("invalid_data", "missing_field")
    assert [one["field"] for one in answered.json["error"]["fields"]] == [field]
    assert CANARY not in answered.body.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe{}",
        b'{"name": "a", "name": "b"}',
        b'{"name": NaN}',
        b"[" * 100_000,
        json.dumps([rest_body("a", api_key=CANARY)]).encode(),
        json.dumps({**rest_body("a", api_key=CANARY), "nmae": CANARY}).encode(),
        json.dumps({**rest_body("a", api_key=CANARY), "tags": "prod"}).encode(),
        json.dumps({**rest_body("a", api_key=CANARY), "description": 7}).encode(),
        json.dumps({**rest_body("a"), "credentials": CANARY}).encode(),
    ],
)
def test_bodies_that_are_none(seeds: Seeds, body: bytes) -> None:
    made = seeds.create("there")
    for method, path in (("POST", ""), ("PUT", f"/{made['id']}")):
        answered = seeds(method, path, body)
        assert (answered.status, answered.json["code"] in ("usage", "invalid_data", "missing_field")) == (400, True)
        assert CANARY not in answered.body.decode()
    assert seeds("GET").json == [made]


def test_permission(seeds: Seeds) -> None:
    key = seeds.keys.add("reader-EXAMPLE", "reader", "list", "show")
    answered = seeds("POST", "", rest_body("a", api_key=CANARY), key=key)
    assert (answered.status, answered.json["code"]) == (403, "not_permitted")
    assert answered.json["message"] == "'reader' may not write every credential"


@pytest.mark.parametrize("name", ["", " ", "a\u202eb", "a\x00b", "x" * 300, "a\nb", "-x/y"])
def test_names_that_are_none_change_nothing(seeds: Seeds, name: str) -> None:
    made = seeds.create("there")
    for method, path, body in (("POST", "", rest_body(name)), ("PUT", f"/{made['id']}", {"name": name})):
        answered = seeds(method, path, body)
        assert (answered.status, answered.json["code"]) == (400, "invalid_data")
    assert seeds("GET").json == [made]


def test_odd_names_stay_what_they_are(seeds: Seeds) -> None:
    name = "<script>alert('é') <b> \"; DROP $(x)"
    made = seeds.create(name, api_key=CANARY)
    assert made["name"] == name
    assert seeds("GET", f"/{made['id']}").json["name"] == name


def test_a_key_that_may_write_some_adds_none_and_changes_no_other(seeds: Seeds) -> None:
    mine, other = seeds.create("mine"), seeds.create("other")
    record = json.loads(seeds.home("show", "mine", "--json").out)["id"]
    key = seeds.keys.add("some-EXAMPLE", "some", "write", "delete", records=frozenset({record}))
    assert seeds("POST", "", rest_body("new"), key=key).status == 403
    changed = seeds("PUT", f"/{mine['id']}", {"description": "x"}, key=key)
    assert changed.status == 200
    assert changed.json["credentials_non_secure_data"] == {}
    for method in ("PUT", "DELETE", "GET"):
        answered = seeds(method, f"/{other['id']}", {} if method == "PUT" else None, key=key)
        assert (answered.status, answered.json["code"]) == (403, "not_permitted")
    assert seeds("DELETE", f"/{mine['id']}", key=key).status == 200


def test_what_is_on_its_way_out_of_the_api_is_not_there(seeds: Seeds) -> None:
    number = seeds.create("a")["id"]
    assert seeds("PATCH", f"/{number}", {}).status == 405
    assert seeds("GET", f"/{number}/samples").status == 404
    assert seeds("GET", f"/{number}/").status == 404
