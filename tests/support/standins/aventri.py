"""Aventri: an account id and a key become a session token; every refusal is HTTP 200 with an `error` object."""

import secrets
import ssl

from tests.support.standins.exchange import Answer, Fault, Received, json_answer
from tests.support.standins.server import StandIn

_REFUSED = json_answer({"error": {"authorized": "You are not authorized to make that request"}})


class Aventri(StandIn):
    """Set `takes_bearer` to False for the variant that wants `?accesstoken=`, as every public client sends it."""

    name = "aventri"
    account_id = "4711"
    api_key = "aventri-key-EXAMPLE"
    takes_bearer = True

    def __init__(self, *, tls: ssl.SSLContext | None = None, fault: Fault | None = None, port: int = 0) -> None:
        super().__init__(tls=tls, fault=fault, port=port)
        self._tokens: set[str] = set()

    def forget_tokens(self) -> None:
        """End every session, as the provider does after some minutes."""
        self._tokens.clear()

    def answer(self, request: Received) -> Answer:
        if request.path == "/api/v2/global/authorize.json":
            return self._authorize(request)
        if request.path == "/api/v2/global/listEvents.json" and request.method == "GET":
            return json_answer([{"eventid": "1", "name": "Data Days"}]) if self._is_known(request) else _REFUSED
        return json_answer({"error": {"endpoint": "Unknown endpoint"}})

    def _authorize(self, request: Received) -> Answer:
        given = request.form if request.method == "POST" else request.query
        if given.get("accountid") != self.account_id or given.get("key") != self.api_key:
            return json_answer({"error": {"accountid": "The account ID or key is not valid"}})
        token = f"session-{secrets.token_hex(12)}-EXAMPLE"
        self._tokens.add(token)
        return json_answer({"accesstoken": token})

    def _is_known(self, request: Received) -> bool:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ") if self.takes_bearer else ""
        return request.query.get("accesstoken", bearer) in self._tokens
