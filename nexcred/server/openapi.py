"""`openapi.json` (OpenAPI 3.1), made of what the service answers."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from nexcred.server.call import JSON, Call, Reply, json_reply
from nexcred.server.endpoint import Endpoint, Scheme
from nexcred.version import __version__
from nexcred.wire.http_failure import HttpFailureShape

PATH = "/openapi.json"
_REFERENCE = "#/components/schemas/{name}"
# A part of a path as starlette writes it, with the kind that it takes.
_PART = re.compile(r"\{(\w+)(?::(\w+))?\}")
_TEXT = {"type": "string", "minLength": 1}
_KINDS = {"int": {"type": "integer", "minimum": 0}}
_SCHEMES: dict[Scheme, str] = {"bearer": "token", "raw": "token_alone", "basic": "service_key"}
_HEADER = {"type": "apiKey", "in": "header", "name": "Authorization"}
_SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "a token that `nexcred serve token new` printed"},
    "token_alone": {**_HEADER, "description": "the token alone, without a word before it"},
    "service_key": {**_HEADER, "description": "`Basic`, a space, and the token as it stands"},
}


def with_document(endpoints: Sequence[Endpoint]) -> list[Endpoint]:
    """Return the endpoints, and one more that tells of them all."""
    documents: list[dict[str, Any]] = []

    def tell(_call: Call) -> Reply:
        return json_reply(documents[0])

    whole = [*endpoints, Endpoint("GET", PATH, "what this service answers", tell, {200: dict[str, Any]})]
    documents.append(openapi(whole))
    return whole


def openapi(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the document of these endpoints; those that take no proof of who asks say so."""
    shapes = list(_shapes(endpoints))
    schemas, parts = msgspec.json.schema_components(shapes, ref_template=_REFERENCE)
    told = dict(zip(map(str, shapes), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in endpoints:
        paths.setdefault(_PART.sub(r"{\1}", one.path), {})[one.method.lower()] = _operation(one, told)
    return {
        "openapi": "3.1.0",
        "info": {"title": "nexcred", "version": __version__},
        "paths": paths,
        "components": {"schemas": parts, "securitySchemes": _SECURITY},
    }


def _shapes(endpoints: Iterable[Endpoint]) -> Iterable[Any]:
    found: dict[str, Any] = {str(HttpFailureShape): HttpFailureShape}
    for one in endpoints:
        for shape in (one.takes, *one.answers.values()):
            if shape is not None:
                found[str(shape)] = shape
    return found.values()


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    takes = endpoint.takes
    body = {} if takes is None else {"requestBody": {"required": True, **_body(takes, schemas)}}
    return {
        "summary": endpoint.summary,
        "operationId": f"{endpoint.method.lower()} {endpoint.path}",
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint)],
        **body,
        "responses": {**_answers(endpoint, schemas), **_failures(schemas)},
        "security": [] if endpoint.scheme == "open" else [{_SCHEMES[endpoint.scheme]: []}],
    }


def _answers(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    return {
        str(status): {"description": endpoint.summary, **({} if shape is None else _body(shape, schemas))}
        for status, shape in endpoint.answers.items()
    }


def _failures(schemas: dict[str, Any]) -> dict[str, Any]:
    said = {
        "4XX": "the request was refused; `code` says why",
        "5XX": "not now: `Retry-After` says when, where it helps",
    }
    return {status: {"description": text, **_body(HttpFailureShape, schemas)} for status, text in said.items()}


def _body(shape: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    return {"content": {JSON: {"schema": schemas[str(shape)]}}}


def _path_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _KINDS.get(kind, _TEXT)}
        for name, kind in _PART.findall(endpoint.path)
    ]


def _query_parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in endpoint.query.items()
    ]
