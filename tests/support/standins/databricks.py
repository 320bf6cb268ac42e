"""Databricks: SCIM for personal access tokens, and its Token API; or for a token of its own OAuth endpoint."""

import json
import secrets
import time

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.login import basic_login
from tests.support.standins.server import StandIn


class Databricks(StandIn):
    """Knows one personal access token and those that were made by its API, each with its ID, and one service principal.

    `fenced` is a token from an address not allowed.
    """

    name = "databricks"
    fields = ("access_token",)
    access_token = "dapi" + "e0" * 16
    token_id = "1ab2" * 16
    fenced = "dapi" + "f0" * 16
    client_id = "5a1d0e7c-0000-4000-8000-0123456789ab"
    client_secret = "dose-EXAMPLE"
    identity = "ada@example.com"

    def __init__(self) -> None:
        super().__init__()
        self._granted: set[str] = set()
        # By ID: the token, and what the API tells of it.
        self.tokens = {self.token_id: (self.access_token, _info(self.token_id, "made by hand"))}

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("POST", "/oidc/v1/token"):
            return self._grant(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token == self.fenced:
            said = "Source IP address: 192.0.2.7 is blocked by Databricks IP ACL for workspace: 1"
            return json_answer({"error_code": "PERMISSION_DENIED", "message": said}, 403)
        is_personal = token in (known for known, _ in self.tokens.values())
        if not is_personal and token not in self._granted:
            return json_answer({"error_code": "403", "message": "Invalid access token. [ReqId: r-1]"}, 403)
        if request.path.startswith("/api/2.0/token/"):
            return self._tokens(request)
        if (request.method, request.path) != ("GET", "/api/2.0/preview/scim/v2/Me"):
            return json_answer({"error_code": "ENDPOINT_NOT_FOUND", "message": "no such endpoint"}, 404)
        user = "ada@example.com" if is_personal else self.client_id
        return json_answer({"id": "1", "userName": user, "active": True})

    def _tokens(self, request: Received) -> Answer:
        """Make, list and delete tokens: what has no value is left out of answers, an empty list too."""
        if (request.method, request.path) == ("GET", "/api/2.0/token/list"):
            told = [info for _, info in self.tokens.values()]
            return json_answer({"token_infos": told} if told else {})
        if (request.method, request.path) == ("POST", "/api/2.0/token/create"):
            name, token = secrets.token_hex(32), f"dapi{secrets.token_hex(16)}"
            info = _info(name, json.loads(request.body).get("comment", ""))
            self.tokens[name] = (token, info)
            return json_answer({"token_value": token, "token_info": info})
        if (request.method, request.path) == ("POST", "/api/2.0/token/delete"):
            name = json.loads(request.body).get("token_id")
            if self.tokens.pop(name, None):
                return json_answer({})
            said = f"Token with id {name} does not exist"
            return json_answer({"error_code": "RESOURCE_DOES_NOT_EXIST", "message": said}, 404)
        return json_answer({"error_code": "ENDPOINT_NOT_FOUND", "message": "no such endpoint"}, 404)

    def _grant(self, request: Received) -> Answer:
        if basic_login(request) != (self.client_id, self.client_secret):
            return json_answer({"error": "invalid_client", "error_description": "Client authentication failed"}, 401)
        if request.form != {"grant_type": "client_credentials", "scope": "all-apis"}:
            return json_answer({"error": "invalid_scope", "error_description": "unknown scope"}, 400)
        token = f"granted-{secrets.token_hex(8)}-EXAMPLE"
        self._granted.add(token)
        return json_answer({"access_token": token, "scope": "all-apis", "token_type": "Bearer", "expires_in": 3600})


def _info(name: str, comment: str) -> dict[str, object]:
    return {"token_id": name, "creation_time": round(time.time() * 1000), "expiry_time": -1, "comment": comment}
