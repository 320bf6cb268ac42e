"""Nexla's `data_credentials`, as its SDK and its OpenAPI describe them: takes nothing that they do not have."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from nexcred.model.times import to_rfc3339
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

_ACCEPT = "application/vnd.nexla.api.v1+json"
_LONG_AGO = datetime(2023, 1, 15, 20, 24, 25, tzinfo=UTC)
_NEW = {"name", "description", "credentials_type", "credentials"}
# Of the SDK, which has no types.
_KNOWN = {str(one.value) for one in import_module("nexla_sdk.models.credentials.enums").CredentialType}


class Nexla(StandIn):
    """Keeps what it is sent. `rows` are what it shows, `kept` the values, by id; `per_page_most` bounds a page."""

    name = "nexla"
    base_path = "/nexla-api"
    fields = ("service_key",)
    identity = "Acme Corporation"
    service_key = "nexla-service-key-EXAMPLE"
    token = "nexla-session-token-EXAMPLE-0"

    def __init__(self, **how: Any) -> None:
        self.rows: list[dict[str, Any]] = []
        self.kept: dict[int, Mapping[str, Any]] = {}
        self.per_page_most = 100
        self.tells_pages = True
        super().__init__(**how)

    def has(self, name: str, kind: str, *, roles: tuple[str, ...] = ("owner",), **more: Any) -> int:
        """Put a credential there, as somebody did in 2023; return its id."""
        number = 5001 + len(self.rows)
        owner = {"id": 42, "full_name": "John Smith", "email": "john.smith@example.com"}
        org = {"id": 101, "name": "Acme Corporation", "email_domain": "acme.com"}
        row = {"id": number, "name": name, "description": None, "owner": owner, "org": org, "access_roles": [*roles]}
        row |= {"credentials_type": kind, "credentials_version": "1", "credentials_non_secure_data": {}}
        moment = to_rfc3339(_LONG_AGO)
        row |= {"verified_status": None, "verified_at": None, "updated_at": moment, "created_at": moment}
        self.rows.append({**row, **more})
        return number

    def row(self, number: int) -> dict[str, Any]:
        return next(one for one in self.rows if one["id"] == number)

    def written(self) -> list[tuple[str, str]]:
        """Method and path of each request that would change something."""
        below = (request for request in self.received if request.path.startswith("/nexla-api/data_credentials"))
        return [(one.method, one.path.removeprefix(self.base_path)) for one in below if one.method != "GET"]

    def answer(self, request: Received) -> Answer:
        if request.headers.get("accept") != _ACCEPT:
            return _error(406, "not acceptable")
        path = request.path.removeprefix(self.base_path)
        if (request.method, path) == ("POST", "/token"):
            return self._token(request)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return _error(401, "the access token is not valid")
        _, _, number = path.removeprefix("/data_credentials").partition("/")
        if not path.startswith("/data_credentials"):
            return _error(404, "no such thing")
        if request.method == "GET":
            return self._one(number) if number else self._page(request)
        if request.method == "POST" and not number:
            return self._create(request)
        return self._replace(int(number), request) if request.method == "PUT" else _error(405, "not allowed")

    def _token(self, request: Received) -> Answer:
        if request.body or request.headers.get("authorization") != f"Basic {self.service_key}":
            return _error(401, "the service key is not known")
        return json_answer({"access_token": self.token, "token_type": "Bearer", "expires_in": 86400})

    def _page(self, request: Received) -> Answer:
        page = int(request.query.get("page", "1"))
        size = min(int(request.query.get("per_page", "20")), self.per_page_most)
        count = str(-(-len(self.rows) // size))
        headers = (("X-Page-Count", count), ("X-Current-Page", str(page))) if self.tells_pages else ()
        return json_answer(self.rows[(page - 1) * size : page * size], headers=headers)

    def _one(self, number: str) -> Answer:
        found = [one for one in self.rows if str(one["id"]) == number]
        return json_answer({"name": "", **found[0]}) if found else _error(404, "no such credential")

    def _create(self, request: Received) -> Answer:
        body = json.loads(request.body)
        if request.headers.get("content-type") != "application/json" or set(body) != _NEW:
            return _error(400, f"wrong keys: {sorted(body)}")
        if body["credentials_type"] not in _KNOWN:
            return _error(400, f"unknown credentials_type {body['credentials_type']}")
        number = self.has(body["name"], body["credentials_type"])
        return self._written(number, body)

    def _replace(self, number: int, request: Received) -> Answer:
        body = json.loads(request.body)
        if set(body) != _NEW - {"credentials_type"}:
            return _error(400, f"wrong keys: {sorted(body)}")
        if not {"owner", "admin"} & set(self.row(number)["access_roles"]):
            return _error(403, "you may not change this credential")
        return self._written(number, body)

    def _written(self, number: int, body: Mapping[str, Any]) -> Answer:
        row, now = self.row(number), to_rfc3339(datetime.now(UTC))
        row |= {"name": body["name"], "description": body["description"], "updated_at": now, "verified_status": None}
        self.kept[number] = body["credentials"]
        return json_answer(row)


def _error(status: int, said: str) -> Answer:
    return json_answer({"error": "refused", "error_description": said, "request_id": "EXAMPLE"}, status)
