"""Amperity: a JWT as bearer token, the tenant and the API version as headers of their own."""

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import time

from tests.support.standins.exchange import Answer, Fault, Received, json_answer
from tests.support.standins.server import StandIn


class Amperity(StandIn):
    """Signs its tokens with a key made at start, and takes no others."""

    name = "amperity"
    base_path = "/api"
    tenant_id = "acme"

    def __init__(self, *, tls: ssl.SSLContext | None = None, fault: Fault | None = None, port: int = 0) -> None:
        super().__init__(tls=tls, fault=fault, port=port)
        self._key = secrets.token_bytes(32)
        self.access_token = self.make_token(3600)

    def make_token(self, valid_s: int) -> str:
        """Return a signed token that expires in so many seconds (or has, when negative)."""
        claims = {"sub": "EXAMPLE", "tenant": self.tenant_id, "exp": int(time.time()) + valid_s}
        signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
        return f"{signed}.{self._sign(signed)}"

    def answer(self, request: Received) -> Answer:
        if request.headers.get("api-version") != "2024-04-01":
            return _error(400, "unsupported api-version")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not self._is_valid(token) or request.headers.get("amperity-tenant") != self.tenant_id:
            return _error(401, "access token is not valid for this tenant")
        if (request.method, request.path) != ("GET", "/api/workflow/runs"):
            return _error(404, "no such resource")
        return json_answer({"total": 0, "data": [], "next_token": None})

    def _is_valid(self, token: str) -> bool:
        signed, _, signature = token.rpartition(".")
        if not signed or not hmac.compare_digest(signature, self._sign(signed)):
            return False
        claims = json.loads(base64.urlsafe_b64decode(signed.partition(".")[2] + "=="))
        return bool(claims["exp"] > time.time())

    def _sign(self, signed: str) -> str:
        return _encode(hmac.new(self._key, signed.encode(), hashlib.sha256).digest())


def _error(status: int, message: str) -> Answer:
    return json_answer({"status": status, "message": message, "request_id": "r-1", "trace_id": "t-1"}, status)


def _part(content: dict[str, object]) -> str:
    return _encode(json.dumps(content).encode())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
