"""Who signs the tokens of jobs and pods, as OpenID Connect has it: GitHub, GitLab, a cluster."""

import ssl
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.algorithms import RSAAlgorithm

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.google import rsa_key
from tests.support.standins.server import StandIn

_KEY_ID = "key-1"
_LIFE = timedelta(minutes=5)


class Issuer(StandIn):
    """Signs for its one subject, whoever shows the job's request token, or whoever asks if there is none."""

    name = "oidc"

    def __init__(
        self, host: str, claims: dict[str, str], *, request_token: str = "", tls: ssl.SSLContext | None = None
    ):
        super().__init__(tls=tls)
        self.issuer = f"https://{host}"
        self._claims = claims
        self._request_token = request_token

    def answer(self, request: Received) -> Answer:
        if request.path == "/.well-known/openid-configuration":
            known = {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", "response_types_supported": ["id_token"]}
            return json_answer({**known, "id_token_signing_alg_values_supported": ["RS256"]})
        if request.path == "/keys":
            key = RSAAlgorithm.to_jwk(rsa_key().public_key(), as_dict=True)
            return json_answer({"keys": [{**key, "kid": _KEY_ID, "use": "sig", "alg": "RS256"}]})
        if request.path == "/stand-in/token":
            bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
            if bearer != self._request_token:
                return json_answer({"message": "not a job's"}, 401)
            token = self.sign(request.query["audience"])
            return json_answer({"value": token}) if self._request_token else Answer(200, token.encode())
        return super().answer(request)

    def sign(self, audience: str) -> str:
        now = datetime.now(UTC)
        claims = {**self._claims, "iss": self.issuer, "aud": audience, "iat": now, "nbf": now, "exp": now + _LIFE}
        return jwt.encode(claims, rsa_key(), algorithm="RS256", headers={"kid": _KEY_ID})


def claims_of(token: str, audience: str | list[str]) -> dict[str, Any]:
    """Return what a token says if it is signed, of now, and for this audience; raise jwt.InvalidTokenError."""
    claims: dict[str, Any] = jwt.decode(
        token,
        rsa_key().public_key(),
        algorithms=["RS256"],
        audience=audience,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    return claims
