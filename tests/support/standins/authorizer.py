"""What an authorization server says that plays by one provider's oddities, and takes nothing that they do not say."""

import json
import secrets
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote_plus, urlencode

from tests.support.standins.exchange import Answer, Received, html, json_answer


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What one provider wants; `parameters` are further ones of the authorization request, `sent` of the token's.

    `names` are its own for those of RFC 6749, `authorize_names` where they differ. With `wrap` the tokens stand below
    that key, and an error is a `code` beside a `message` in a 200. The browser `brings` and the token answer `tells`
    what else this provider says; `{url}` there is its own. `granted` is what the tokens' part of the answer looks like
    where it is not as in RFC 6749. `headers` have to come with the token request.
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
    granted: dict[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    token_type: str = "bearer"

    @property
    def by_basic(self) -> bool:
        """A client without a secret names itself in the body all the same (RFC 6749, 3.2.1)."""
        return self.client_auth == "basic" and bool(self.client_secret)

    def asked(self, parameters: dict[str, str]) -> dict[str, str]:
        """Return parameters of the authorization request by the names that are wanted, without those that are not."""
        return _renamed(parameters, {**self.names, **self.authorize_names})

    def brought(self, parameters: dict[str, str]) -> dict[str, str]:
        """Return parameters of the token request likewise."""
        return _renamed(parameters, self.names)


class Authorizer:
    """Everybody consents at once. A code is good once, and so is a refresh token.

    `refusals` says why something was refused, for whoever reads a failed test.
    """

    def __init__(self, rules: Rules | None = None, url: str = "https://acme.test") -> None:
        self.own_url = url
        self.rules = rules or Rules()
        self.codes: dict[str, str] = {}
        self.refresh_token = ""
        self.access_tokens: set[str] = set()
        self.refusals: list[str] = []

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

    def knows(self, request: Received) -> bool:
        """True for a request with an access token."""
        return request.headers.get("authorization", "").removeprefix("Bearer ") in self.access_tokens

    @property
    def client(self) -> dict[str, str]:
        """How the client names itself in the body."""
        if self.rules.by_basic:
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
        basic = f"Basic {b64encode(pair.encode()).decode()}" if self.rules.by_basic else None
        if request.headers.get("authorization") != basic:
            return "the client is not where it belongs"
        for name, value in self.rules.headers.items():
            if request.headers.get(name.lower()) != value:
                return f"the header {name} is missing"
        return "" if self.client.items() <= body.items() else "no such client"

    def granted(self) -> Answer:
        """Hand out tokens."""
        access_token = f"at-{secrets.token_urlsafe(12)}-EXAMPLE"
        self.access_tokens.add(access_token)
        self.refresh_token = f"rt-{secrets.token_urlsafe(12)}-EXAMPLE"
        named = {"{access_token}": access_token, "{refresh_token}": self.refresh_token, "{url}": self.own_url}
        usual = {
            "access_token": "{access_token}",
            "refresh_token": "{refresh_token}",
            "token_type": self.rules.token_type,
            "expires_in": 3600,
        }
        document: dict[str, object] = dict(self.rules.granted or usual)
        for part in reversed(self.rules.wrap.split(".")) if self.rules.wrap else ():
            document = {"code": 0, part: document}
        text = json.dumps(_merged(document, self.rules.tells))
        for name, value in named.items():
            text = text.replace(name, value)
        return json_answer(json.loads(text))

    def refused(self, code: str, problem: str, status: int) -> Answer:
        """Refuse in the provider's way."""
        self.refusals.append(f"token: {problem}")
        if self.rules.wrap:
            return json_answer({"code": 40000, "message": problem})
        return json_answer({"error": code, "error_description": problem}, status)


def _renamed(parameters: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    named = {names.get(name, name): value for name, value in parameters.items()}
    return {name: value for name, value in named.items() if name}


def _merged(one: dict[str, object], other: dict[str, object]) -> dict[str, object]:
    """Put one document into another, table by table."""
    merged = dict(one)
    for name, value in other.items():
        present = merged.get(name)
        both = isinstance(present, dict) and isinstance(value, dict)
        merged[name] = _merged(present, value) if both else value  # type: ignore[arg-type]
    return merged


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
