"""What the service says of itself: one document, made of what it answers, and true."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from nexcred.server import programs
from nexcred.server.call import Call, Reply
from nexcred.server.endpoint import Endpoint
from nexcred.server.openapi import openapi, with_document
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.serving import OpenedSource, OpenGate, access_here, serving

ENDPOINTS = with_document(programs.endpoints())
DOCUMENT = openapi(ENDPOINTS)


def _schemas(part: Any) -> Iterator[Any]:
    """Yield every schema of a part of the document."""
    for key, below in part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else ()):
        if key == "schema":
            yield below
        yield from _schemas(below)


def _whole(schema: Any) -> Any:
    return {**schema, "components": DOCUMENT["components"]}


def test_every_schema_is_one_and_leads_somewhere() -> None:
    found = [*_schemas(DOCUMENT), *DOCUMENT["components"]["schemas"].values()]
    for schema in found:
        Draft202012Validator.check_schema(schema)
        assert list(Draft202012Validator(_whole(schema)).iter_errors(None)) != []


def test_each_endpoint_is_told_with_what_it_takes() -> None:
    def handle(_call: Call) -> Reply:
        raise AssertionError

    told = openapi(
        [
            Endpoint("GET", "/open", "s", handle, {200: None}, scheme="open"),
            Endpoint("PUT", "/some/{id:int}", "s", handle, {200: list[str]}, takes=dict[str, int], query={"q": "a q"}),
            Endpoint("DELETE", "/some/{id:int}", "s", handle, {204: None}, scheme="basic"),
        ]
    )
    assert told["openapi"] == "3.1.0"
    assert told["paths"]["/open"]["get"]["security"] == []
    put, delete = told["paths"]["/some/{id}"]["put"], told["paths"]["/some/{id}"]["delete"]
    assert [(one["name"], one["in"], one["schema"]["type"]) for one in put["parameters"]] == [
        ("id", "path", "integer"),
        ("q", "query", "string"),
    ]
    assert put["requestBody"]["content"]["application/json"]["schema"]["type"] == "object"
    assert delete["responses"]["204"] == {"description": "s"}
    assert delete["security"] == [{"service_key": []}]
    assert {"4XX", "5XX"} < put["responses"].keys()


def test_the_service_serves_it_and_answers_so(home: Opened) -> None:
    keep(home, "prod")
    with serving(ENDPOINTS, OpenGate(), OpenedSource(access_here())) as ask:
        assert ask.get("/openapi.json").json == json.loads(json.dumps(DOCUMENT))
        for path, template in (
            ("/v1/credentials", "/v1/credentials"),
            ("/v1/credentials/prod", "/v1/credentials/{name}"),
            ("/v1/credentials/prod/api_key", "/v1/credentials/{name}/{field}"),
            ("/v1/credentials/prod/token", "/v1/credentials/{name}/token"),
            ("/aws/prod", "/aws/{name}"),
        ):
            answered = ask.get(path)
            responses = DOCUMENT["paths"][template]["get"]["responses"]
            told = responses.get(str(answered.status)) or responses[f"{answered.status // 100}XX"]
            schema = _whole(told["content"]["application/json"]["schema"])
            assert [one.message for one in Draft202012Validator(schema).iter_errors(answered.json)] == []
