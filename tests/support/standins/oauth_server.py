"""An authorization server that plays by one provider's oddities, and takes nothing that they do not say."""

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote_plus, urlencode

from tests.support.standins.exchange import Answer, Received, html, json_answer
from tests.support.standins.server import StandIn


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What one provider wants; `parameters` are further ones of the authorization request, `sent` of the token's.

    `names` are its own for those of RFC 6749, `authorize_names` where they differ. With `wrap` the tokens stand below
    that key, and an error is a `code` beside a `message` in a 200. The browser `brings` and the token answer `tells`
    what else this provider says; `{url}` there is its own.
    """

    client_id: str = "client EXAMPLE"
    client_secret: str = "s&cret-EXAMPLE"
    redirect_uri: str = "http://127.0.0.1:41789/callback"
    scope: str = "read write"
    pkce: bool = True
    client_auth: str = "body"
    parameters: dict[str, str] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    authorize_names: dict[str, str] = field(default_factory=dict)
    separator: str = " "
    format: str = "form"
    wrap: str = ""
    brings: dict[str, str] = field(default_factory=dict)
    tells: dict[str, object] = field(default_factory=dict)

    def asked(self, parameters: dict[str, str]) -> dict[str, str]:
        """Return parameters of the authorization request by the names that are wanted, without those that are not."""
        return _renamed(parameters, {**self.names, **self.authorize_names})

    def brought(self, parameters: dict[str, str]) -> dict[str, str]:
        """Return parameters of the token request likewise."""
        return _renamed(parameters, self.names)


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
        wanted = rules.asked(
            {
                "response_type": "code",
                "client_id": rules.client_id,
                "redirect_uri": rules.redirect_uri,
                **({"scope": rules.scope.replace(" ", rules.separator)} if rules.scope else {}),
                **({"code_challenge_method": "S256"} if rules.pkce else {}),
            }
        )
        random = {"state", *({"code_challenge"} if rules.pkce else ())}
        problem = difference({**rules.parameters, **wanted}, random, query)
        if problem:
            self.refusals.append(f"authorize: {problem}")
            return html(f"invalid_request: {problem}", 400)
        code = f"code-{secrets.token_urlsafe(12)}-EXAMPLE"
        self.codes[code] = query.get("code_challenge", "")
        sent = urlencode({**rules.asked({"code": code}), "state": query["state"], **rules.brings})
        return Answer(302, b"", (("Location", f"{rules.redirect_uri}?{sent}"),))

    def token(self, request: Received) -> Answer:
        """Grant for a code, or for the refresh token, whose successor it hands out."""
        body = self._body_of(request)
        if body is None:
            return self.refused("invalid_request", f"the body is no {self.rules.format}", 400)
        problem = self._problem_in_client(request, body)
        if problem:
            return self.refused("invalid_client", problem, 401)
        code_name, refresh_name = (next(iter(self.rules.brought({name: ""}))) for name in ("code", "refresh_token"))
        if refresh_name in body:
            known = {"grant_type": "refresh_token", "refresh_token": self.refresh_token}
            random: dict[str, str] = {}
        else:
            challenge = self.codes.pop(body.get(code_name, ""), None)
            verifier = body.get(next(iter(self.rules.brought({"code_verifier": ""}))), "")
            proof = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
            if challenge is None or (challenge and proof != challenge):
                return self.refused("invalid_grant", "no such code, or none with this verifier", 400)
            known = {"grant_type": "authorization_code", "redirect_uri": self.rules.redirect_uri}
            random = {"code": "", **({"code_verifier": ""} if self.rules.pkce else {})}
        wanted = {**self.rules.brought(known), **self.rules.sent, **self.client}
        problem = difference(wanted, set(self.rules.brought(random)), body)
        return self.refused("invalid_request", problem, 400) if problem else self.granted()

    def me(self, request: Received) -> Answer:
        """Say who it is to whoever has an access token."""
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.access_tokens:
            return json_answer({"message": "no such token"}, 401)
        return json_answer({"user": {"email": "ada@example.com"}, "path": request.path, "url": self.url})

    @property
    def client(self) -> dict[str, str]:
        """How the client names itself in the body."""
        if self.rules.client_auth == "basic":
            return {}
        named = {"client_id": self.rules.client_id, "client_secret": self.rules.client_secret}
        return self.rules.brought({name: value for name, value in named.items() if value})

    def _body_of(self, request: Received) -> dict[str, str] | None:
        """Read the body in the one format that is taken."""
        kind = request.headers.get("content-type", "")
        if self.rules.format == "form":
            return request.form if kind == "application/x-www-form-urlencoded" else None
        document: dict[str, str] = json.loads(request.body) if kind == "application/json" else {}
        return document or None

    def _problem_in_client(self, request: Received, body: dict[str, str]) -> str:
        pair = f"{quote_plus(self.rules.client_id)}:{quote_plus(self.rules.client_secret)}"
        basic = f"Basic {b64encode(pair.encode()).decode()}" if self.rules.client_auth == "basic" else None
        if request.headers.get("authorization") != basic:
            return "the client is not where it belongs"
        return "" if self.client.items() <= body.items() else "no such client"

    def granted(self) -> Answer:
        """Hand out tokens."""
        access_token = f"at-{secrets.token_urlsafe(12)}-EXAMPLE"
        self.access_tokens.add(access_token)
        self.refresh_token = f"rt-{secrets.token_urlsafe(12)}-EXAMPLE"
        granted: dict[str, object] = {"access_token": access_token, "token_type": "bearer", "expires_in": 3600}
        granted["refresh_token"] = self.refresh_token
        granted |= {name: self._own(value) for name, value in self.rules.tells.items()}
        return json_answer({"code": 0, self.rules.wrap: granted} if self.rules.wrap else granted)

    def _own(self, value: object) -> object:
        return value.replace("{url}", self.url) if isinstance(value, str) else value

    def refused(self, code: str, problem: str, status: int) -> Answer:
        """Refuse in the provider's way."""
        self.refusals.append(f"token: {problem}")
        if self.rules.wrap:
            return json_answer({"code": 40000, "message": problem, self.rules.wrap: {}})
        return json_answer({"error": code, "error_description": problem}, status)


def _renamed(parameters: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    named = {names.get(name, name): value for name, value in parameters.items()}
    return {name: value for name, value in named.items() if name}


def difference(wanted: dict[str, str], random: set[str], given: dict[str, str]) -> str:
    """Say what is missing, unknown or wrong; "" for exactly what is wanted. What is `random` only has to be there."""
    for name in given:
        if name not in wanted and name not in random:
            return f"unknown parameter {name}"
    for name in random:
        if not given.get(name):
            return f"missing parameter {name}"
    wrong = next((name for name, value in wanted.items() if given.get(name) != value), "")
    return f"wrong parameter {wrong}" if wrong else ""
