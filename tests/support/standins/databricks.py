"""Databricks: SCIM for a personal access token, or for a token of its own OAuth endpoint."""

import secrets

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.login import basic_login
from tests.support.standins.server import StandIn


class Databricks(StandIn):
    """Knows one personal access token and one service principal; `fenced` is a token from an address not allowed."""

    name = "databricks"
    fields = ("access_token",)
    access_token = "dapi" + "e0" * 16
    fenced = "dapi" + "f0" * 16
    client_id = "5a1d0e7c-0000-4000-8000-0123456789ab"
    client_secret = "dose-EXAMPLE"
    identity = "ada@example.com"

    def __init__(self) -> None:
        super().__init__()
        self._granted: set[str] = set()

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("POST", "/oidc/v1/token"):
            return self._grant(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token == self.fenced:
            said = "Source IP address: 192.0.2.7 is blocked by Databricks IP ACL for workspace: 1"
            return json_answer({"error_code": "PERMISSION_DENIED", "message": said}, 403)
        if token != self.access_token and token not in self._granted:
            return json_answer({"error_code": "403", "message": "Invalid access token. [ReqId: r-1]"}, 403)
        if (request.method, request.path) != ("GET", "/api/2.0/preview/scim/v2/Me"):
            return json_answer({"error_code": "ENDPOINT_NOT_FOUND", "message": "no such endpoint"}, 404)
        user = "ada@example.com" if token == self.access_token else self.client_id
        return json_answer({"id": "1", "userName": user, "active": True})

    def _grant(self, request: Received) -> Answer:
        if basic_login(request) != (self.client_id, self.client_secret):
            return json_answer({"error": "invalid_client", "error_description": "Client authentication failed"}, 401)
        if request.form != {"grant_type": "client_credentials", "scope": "all-apis"}:
            return json_answer({"error": "invalid_scope", "error_description": "unknown scope"}, 400)
        token = f"granted-{secrets.token_hex(8)}-EXAMPLE"
        self._granted.add(token)
        return json_answer({"access_token": token, "scope": "all-apis", "token_type": "Bearer", "expires_in": 3600})
