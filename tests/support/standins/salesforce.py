"""Salesforce: endpoints that grant and revoke tokens, the first with the client in the body, and userinfo for those."""

import secrets

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn


class Salesforce(StandIn):
    """Knows one app; `unready` is the key of one without a user to run as."""

    name = "salesforce"
    fields = ("client_secret", "client_id", "my_domain")
    my_domain = "mycompany"
    client_id = "3MVG9-EXAMPLE"
    client_secret = "consumer-secret-EXAMPLE"
    unready = "3MVG9-EXAMPLE-unready"
    refresh_token = "5Aep861-EXAMPLE"
    identity = "integration@example.com"

    def __init__(self) -> None:
        super().__init__()
        self._granted: set[str] = set()
        self.is_revoked = False

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("POST", "/services/oauth2/token"):
            return self._grant(request.form)
        if (request.method, request.path) == ("POST", "/services/oauth2/revoke"):
            return self._revoke(request.form.get("token", ""))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self._granted:
            return json_answer([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}], 401)
        if (request.method, request.path) != ("GET", "/services/oauth2/userinfo"):
            return json_answer([{"errorCode": "NOT_FOUND", "message": "not found"}], 404)
        return json_answer({"user_id": "005EXAMPLE", "preferred_username": "integration@example.com", "active": True})

    def _grant(self, form: dict[str, str]) -> Answer:
        client = form.get("client_id")
        if client not in (self.client_id, self.unready):
            return _refused("invalid_client_id", "client identifier invalid")
        if form.get("client_secret") != self.client_secret:
            return _refused("invalid_client", "invalid client credentials")
        if client == self.unready:
            return _refused("unauthorized_client", "client credentials flow is not enabled")
        grant = form.get("grant_type")
        if grant not in ("client_credentials", "refresh_token"):
            return _refused("unsupported_grant_type", "grant type not supported")
        if grant == "refresh_token" and (self.is_revoked or form.get("refresh_token") != self.refresh_token):
            return _refused("invalid_grant", "expired access/refresh token")
        token = f"00D-{secrets.token_hex(8)}-EXAMPLE"
        self._granted.add(token)
        return json_answer({"access_token": token, "instance_url": self.url, "token_type": "Bearer", "issued_at": "1"})

    def _revoke(self, token: str) -> Answer:
        """End the refresh token, and whatever was granted."""
        if self.is_revoked or token != self.refresh_token:
            return _refused("invalid_token", "invalid token")
        self.is_revoked = True
        self._granted.clear()
        return Answer(200, b"", ())


def _refused(code: str, description: str) -> Answer:
    return json_answer({"error": code, "error_description": description}, 400)
