"""An authorization server that plays by one provider's oddities, and takes nothing that they do not say."""

import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote_plus, urlencode

from tests.support.standins.exchange import Answer, Received, html, json_answer
from tests.support.standins.server import StandIn


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What one provider wants; `parameters` are further ones of the authorization request, `sent` of the token's."""

    client_id: str = "client EXAMPLE"
    client_secret: str = "s&cret-EXAMPLE"
    redirect_uri: str = "http://127.0.0.1:41789/callback"
    scope: str = "read write"
    pkce: bool = True
    client_auth: str = "body"
    parameters: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)


class OauthServer(StandIn):
    """Everybody consents at once. A code is good once, and so is a refresh token; `/me` knows the access tokens.

    `refusals` says why something was refused, for whoever reads a failed test.
    """

    name = "acme"

    def __init__(self, rules: Rules | None = None) -> None:
        super().__init__()
        self.rules = rules or Rules()
        self.codes: dict[str, str] = {}
        self.refresh_token = ""
        self.access_tokens: set[str] = set()
        self.refusals: list[str] = []

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("GET", "/oauth/authorize"):
            return self.authorize(request.query)
        if (request.method, request.path) == ("POST", "/oauth/token"):
            return self.token(request)
        return self.me(request)

    def authorize(self, query: dict[str, str]) -> Answer:
        """Send the browser back with a code, or show it a page that says what is wrong."""
        rules = self.rules
        wanted = {
            "response_type": "code",
            "client_id": rules.client_id,
            "redirect_uri": rules.redirect_uri,
            **({"scope": rules.scope} if rules.scope else {}),
            **({"code_challenge_method": "S256"} if rules.pkce else {}),
            **rules.parameters,
        }
        random = {"state", *({"code_challenge"} if rules.pkce else ())}
        problem = _difference(wanted, random, query)
        if problem:
            self.refusals.append(f"authorize: {problem}")
            return html(f"invalid_request: {problem}", 400)
        code = f"code-{secrets.token_urlsafe(12)}-EXAMPLE"
        self.codes[code] = query.get("code_challenge", "")
        sent = urlencode({"code": code, "state": query["state"]})
        return Answer(302, b"", (("Location", f"{rules.redirect_uri}?{sent}"),))

    def token(self, request: Received) -> Answer:
        """Grant for a code, or for the refresh token, whose successor it hands out."""
        body = request.form
        problem = self._problem_in_client(request, body)
        if problem:
            return self._refused("invalid_client", problem, 401)
        if body.get("grant_type") == "refresh_token":
            known = {"refresh_token": self.refresh_token}
        else:
            challenge = self.codes.pop(body.get("code", ""), None)
            if challenge is None:
                return self._refused("invalid_grant", "no such code", 400)
            proof = urlsafe_b64encode(sha256(body.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
            if challenge and proof != challenge:
                return self._refused("invalid_grant", "the verifier is not that of the challenge", 400)
            known = {"redirect_uri": self.rules.redirect_uri}
        random = set() if "refresh_token" in known else {"code", *({"code_verifier"} if self.rules.pkce else ())}
        grant_type = "refresh_token" if "refresh_token" in known else "authorization_code"
        problem = _difference({"grant_type": grant_type, **known, **self.rules.sent, **self._client}, random, body)
        return self._refused("invalid_request", problem, 400) if problem else self._granted()

    def me(self, request: Received) -> Answer:
        """Say who it is to whoever has an access token."""
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.access_tokens:
            return json_answer({"message": "no such token"}, 401)
        return json_answer({"user": {"email": "ada@example.com"}})

    @property
    def _client(self) -> dict[str, str]:
        """How the client names itself in the body."""
        if self.rules.client_auth == "basic":
            return {}
        return {"client_id": self.rules.client_id, "client_secret": self.rules.client_secret}

    def _problem_in_client(self, request: Received, body: dict[str, str]) -> str:
        pair = f"{quote_plus(self.rules.client_id)}:{quote_plus(self.rules.client_secret)}"
        basic = f"Basic {b64encode(pair.encode()).decode()}" if self.rules.client_auth == "basic" else None
        if request.headers.get("authorization") != basic:
            return "the client is not where it belongs"
        return "" if self._client.items() <= body.items() else "no such client"

    def _granted(self) -> Answer:
        access_token = f"at-{secrets.token_urlsafe(12)}-EXAMPLE"
        self.access_tokens.add(access_token)
        self.refresh_token = f"rt-{secrets.token_urlsafe(12)}-EXAMPLE"
        granted = {"access_token": access_token, "token_type": "bearer", "expires_in": 3600}
        return json_answer(granted | {"refresh_token": self.refresh_token})

    def _refused(self, code: str, problem: str, status: int) -> Answer:
        self.refusals.append(f"token: {problem}")
        return json_answer({"error": code, "error_description": problem}, status)


def _difference(wanted: dict[str, str], random: set[str], given: dict[str, str]) -> str:
    """Say what is missing, unknown or wrong; "" for exactly what is wanted. What is `random` only has to be there."""
    for name in given:
        if name not in wanted and name not in random:
            return f"unknown parameter {name}"
    for name in random:
        if not given.get(name):
            return f"missing parameter {name}"
    wrong = next((name for name, value in wanted.items() if given.get(name) != value), "")
    return f"wrong parameter {wrong}" if wrong else ""
