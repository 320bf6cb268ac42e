"""Aha! with its OAuth pages: strict about PKCE and redirect URIs, and unforgiving about a refresh token used twice."""

import secrets
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

from tests.support.standins.aha import Aha
from tests.support.standins.exchange import Answer, Received, html, json_answer


@dataclass
class Family:
    """What one consent led to: tokens that follow each other, until one is used twice."""

    refresh_token: str = ""
    access_tokens: dict[str, float] = field(default_factory=dict)
    is_revoked: bool = False


@dataclass(frozen=True)
class Consent:
    """One code: for which challenge, and where it may be brought."""

    challenge: str
    redirect_uri: str


class AhaOauth(Aha):
    """Everybody consents at once. `answer_with` changes what the browser is sent back with; `life_s` is a token's."""

    client_id = "aha-client-EXAMPLE"
    client_secret = "aha-client-secret-EXAMPLE"
    redirect_uri = "http://127.0.0.1:41789/callback"
    slash = ""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.life_s = 3600.0
        self.answer_with: dict[str, str | None] = {}
        self.rotates = True
        self.lock = threading.Lock()
        self.codes: dict[str, Consent] = {}
        self.families: list[Family] = []
        self.renewals = 0

    @property
    def oauth_url(self) -> str:
        return f"{self.url}/oauth"

    @property
    def settings(self) -> list[str]:
        """The words of `nexcred add aha` that lead here; the secret is in the variable HELD."""
        values = {
            "account_domain": self.account_domain,
            "client_id": self.client_id,
            "client_secret": "env:HELD",
            "redirect_uri": self.redirect_uri,
            "oauth_url": self.oauth_url,
            "base_url": self.base_url,
        }
        settings = [word for name, value in values.items() for word in ("--set", f"{name}={value}")]
        return ["--method", "oauth2", *settings, "--allow-host", self.host]

    def answer(self, request: Received) -> Answer:
        with self.lock:
            if (request.method, request.path) == ("GET", "/oauth/authorize"):
                return self._authorize(request.query)
            if (request.method, request.path) == ("POST", "/oauth/token"):
                return self._token(request.form)
        if request.headers.get("authorization") == f"Bearer {self.api_key}":
            return super().answer(request)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not any(self._lives(family, token) for family in self.families):
            return html("401 Unauthorized", 401)
        known = Received(request.method, request.target, {"authorization": f"Bearer {self.api_key}"})
        return super().answer(known)

    def end_access_tokens(self) -> None:
        """Let every access token be refused from now on, before its time."""
        for family in self.families:
            family.access_tokens.clear()

    def _authorize(self, query: dict[str, str]) -> Answer:
        if query.get("client_id") != self.client_id or query.get("redirect_uri") != self.redirect_uri:
            return html("The redirect URI is not valid", 400)
        back: dict[str, str | None] = {"state": query.get("state")}
        if query.get("response_type") != "code" or query.get("code_challenge_method") != "S256":
            back |= {"error": "invalid_request", "error_description": "PKCE with S256 is required"}
        else:
            code = f"code-{secrets.token_urlsafe(16)}-EXAMPLE"
            self.codes[code] = Consent(query.get("code_challenge", ""), self.redirect_uri)
            back["code"] = code
        back |= self.answer_with
        sent = urlencode({name: value for name, value in back.items() if value is not None})
        return Answer(302, b"", (("Location", f"{self.redirect_uri}{self.slash}?{sent}"),))

    def _token(self, form: dict[str, str]) -> Answer:
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.client_secret):
            return json_answer({"error": "invalid_client"}, 401)
        if form.get("grant_type") == "authorization_code":
            consent = self.codes.pop(form.get("code", ""), None)
            proof = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
            if consent is None or (consent.challenge, consent.redirect_uri) != (proof, form.get("redirect_uri")):
                return json_answer({"error": "invalid_grant"}, 400)
            self.families.append(Family())
            return self._grant(self.families[-1])
        if form.get("grant_type") == "refresh_token":
            return self._renew(form.get("refresh_token", ""))
        return json_answer({"error": "unsupported_grant_type"}, 400)

    def _renew(self, refresh_token: str) -> Answer:
        """Grant anew; who brings a token that was used already is taken for a thief."""
        for family in self.families:
            if refresh_token and refresh_token.startswith(family.refresh_token.partition(".")[0] + "."):
                if family.is_revoked or refresh_token != family.refresh_token:
                    family.is_revoked = True
                    break
                self.renewals += 1
                return self._grant(family)
        return json_answer({"error": "invalid_grant", "error_description": "the grant was revoked"}, 400)

    def _grant(self, family: Family) -> Answer:
        access_token = f"at-{secrets.token_urlsafe(16)}-EXAMPLE"
        family.access_tokens[access_token] = time.monotonic() + self.life_s
        if self.rotates or not family.refresh_token:
            name = family.refresh_token.partition(".")[0] or secrets.token_hex(8)
            family.refresh_token = f"{name}.{secrets.token_urlsafe(16)}-EXAMPLE"
        document = {"access_token": access_token, "token_type": "bearer", "expires_in": int(self.life_s)}
        return json_answer(document | {"refresh_token": family.refresh_token})

    def _lives(self, family: Family, token: str) -> bool:
        return not family.is_revoked and family.access_tokens.get(token, 0) > time.monotonic()
