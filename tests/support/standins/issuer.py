"""An API with the ways to authenticate that no one provider owns: a strict token endpoint, a login, placed keys."""

import json
import secrets
import ssl
from base64 import b64decode
from urllib.parse import unquote_plus

import jwt

from tests.support.standins.exchange import Answer, Fault, Received, json_answer
from tests.support.standins.google import rsa_key
from tests.support.standins.server import StandIn

_JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ME = json_answer({"user": {"id": 7}})
_UNKNOWN = json_answer({"message": "authentication required"}, 401)


class Issuer(StandIn):
    """`rotates` gives a new refresh token with each use and forgets the old one; `ttl_s` is a token's life."""

    name = "issuer"
    client_id = "client:one"
    client_secret = "s&cret+é-EXAMPLE"
    username = "ada"
    password = "pass word-EXAMPLE"
    api_key = "key:with/all-EXAMPLE"
    client_auth = "basic"
    rotates = False
    ttl_s: int | None = 3600

    def __init__(self, *, tls: ssl.SSLContext | None = None, fault: Fault | None = None, port: int = 0) -> None:
        super().__init__(tls=tls, fault=fault, port=port)
        self.refresh_token = "refresh-EXAMPLE"
        self._tokens: set[str] = set()

    @property
    def token_url(self) -> str:
        return f"{self.url}/oauth/token"

    def answer(self, request: Received) -> Answer:
        if request.path == "/oauth/token":
            return self._token(request)
        if request.path == "/login":
            return self._login(request)
        if (request.method, request.path) == ("GET", f"/bot{self.api_key}/me"):
            return _ME
        if (request.method, request.path) == ("POST", "/search"):
            return _ME if self._body_of(request).get("api_key") == self.api_key else _UNKNOWN
        return _ME if (request.method, request.path) == ("GET", "/me") and self._is_known(request) else _UNKNOWN

    def _body_of(self, request: Received) -> dict[str, str]:
        if request.headers.get("content-type") != "application/json":
            return request.form
        body: dict[str, str] = json.loads(request.body)
        return body

    def _is_known(self, request: Received) -> bool:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        if bearer in self._tokens or request.headers.get("x-session") in self._tokens:
            return True
        return _is_signed(bearer, "https://api.example.com")

    def _login(self, request: Received) -> Answer:
        if request.method != "POST" or self._body_of(request) != {"login": self.username, "key": self.password}:
            return json_answer({"message": "who are you?"}, 403)
        return json_answer({"data": {"session": self._new_token()}})

    def _token(self, request: Received) -> Answer:
        form = request.form
        kind = form.get("grant_type")
        if kind != _JWT_GRANT and not self._is_client(request):
            return json_answer({"error": "invalid_client", "error_description": "Unknown client"}, 401)
        if kind == "client_credentials":
            scope = form.get("scope", "")
            known = scope in ("", "read write") and form.get("audience", "all") == "all"
            return self._granted() if known else json_answer({"error": "invalid_scope"}, 400)
        proofs = {
            "password": (form.get("username"), form.get("password")) == (self.username, self.password),
            "refresh_token": form.get("refresh_token") == self.refresh_token,
            _JWT_GRANT: _is_signed(form.get("assertion", ""), self.token_url),
        }
        if kind not in proofs:
            return json_answer({"error": "unsupported_grant_type"}, 400)
        return self._granted() if proofs[kind] else json_answer({"error": "invalid_grant"}, 400)

    def _granted(self) -> Answer:
        granted: dict[str, object] = {"access_token": self._new_token(), "token_type": "Bearer"}
        if self.ttl_s is not None:
            granted["expires_in"] = self.ttl_s
        if self.rotates:
            self.refresh_token = f"refresh-{secrets.token_hex(8)}-EXAMPLE"
            granted["refresh_token"] = self.refresh_token
        return json_answer(granted, headers=(("Cache-Control", "no-store"),))

    def _is_client(self, request: Received) -> bool:
        """Take the one place for ID and secret that is configured, encoded as RFC 6749 (2.3.1) has it."""
        if self.client_auth == "body":
            given = request.form.get("client_id"), request.form.get("client_secret")
            return given == (self.client_id, self.client_secret) and "authorization" not in request.headers
        encoded = request.headers.get("authorization", "").removeprefix("Basic ")
        client_id, _, secret = b64decode(encoded).decode().partition(":")
        return (unquote_plus(client_id), unquote_plus(secret)) == (self.client_id, self.client_secret)

    def _new_token(self) -> str:
        token = f"access-{secrets.token_hex(12)}-EXAMPLE"
        self._tokens.add(token)
        return token


def _is_signed(token: str, audience: str) -> bool:
    """Verify by another implementation than the one that is tested."""
    try:
        claims = jwt.decode(token, rsa_key().public_key(), algorithms=["RS256"], audience=audience, issuer="app-1")
    except jwt.InvalidTokenError:
        return False
    return claims.get("sub") == "ada" and jwt.get_unverified_header(token).get("kid") == "k1"
