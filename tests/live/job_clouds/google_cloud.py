"""Google's Security Token Service and Secret Manager, as far as a job asks them: a stand-in, nothing of Google's.

Sources: cloud.google.com/iam/docs/reference/sts/rest, cloud.google.com/secret-manager/docs/reference/rest
"""

import secrets
import ssl
from base64 import b64encode

import jwt

from tests.live.job_clouds.issuer import claims_of
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

HOSTS = ("sts.googleapis.com", "secretmanager.googleapis.com")
_TYPE = "urn:ietf:params:oauth:token-type:"
_TOKEN_REQUEST = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "scope": "https://www.googleapis.com/auth/cloud-platform",
    "requested_token_type": f"{_TYPE}access_token",
    "subject_token_type": f"{_TYPE}jwt",
}


class GoogleCloud(StandIn):
    """One provider of one pool, whose one subject may read one secret."""

    name = "google-cloud"
    provider = "projects/123456789012/locations/global/workloadIdentityPools/ci/providers/github"
    secret = "projects/acme/secrets/nexcred-ci"

    def __init__(self, issuer: str, subject: str, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self._issuer, self._subject = issuer, subject
        self._kept = b""
        self._subjects: dict[str, str] = {}

    def answer(self, request: Received) -> Answer:
        route = (request.method, request.headers["host"], request.path)
        if route == ("POST", HOSTS[0], "/v1/token"):
            return self._exchange(request.form)
        if route == ("GET", HOSTS[1], f"/v1/{self.secret}/versions/latest:access"):
            return self._access(request.headers.get("authorization", "").removeprefix("Bearer "))
        if route == ("POST", HOSTS[1], "/stand-in/secret"):
            self._kept = request.body
            return json_answer({})
        return super().answer(request)

    def _exchange(self, form: dict[str, str]) -> Answer:
        shown = form.pop("subject_token", "")
        if form != {**_TOKEN_REQUEST, "audience": f"//iam.googleapis.com/{self.provider}"}:
            return json_answer({"error": "invalid_request"}, 400)
        try:
            claims = claims_of(shown, f"https://iam.googleapis.com/{self.provider}")
        except jwt.InvalidTokenError as error:
            return json_answer({"error": "invalid_grant", "error_description": str(error)}, 400)
        if claims["iss"] != self._issuer:
            return json_answer({"error": "invalid_grant"}, 400)
        token = f"ya29.{secrets.token_hex(12)}-EXAMPLE"
        self._subjects[token] = claims["sub"]
        kind = {"issued_token_type": f"{_TYPE}access_token", "token_type": "Bearer", "expires_in": 3600}
        return json_answer({"access_token": token, **kind})

    def _access(self, token: str) -> Answer:
        if token not in self._subjects:
            return json_answer({"error": {"code": 401, "status": "UNAUTHENTICATED"}}, 401)
        if self._subjects[token] != self._subject:
            return json_answer({"error": {"code": 403, "status": "PERMISSION_DENIED"}}, 403)
        payload = {"data": b64encode(self._kept).decode()}
        return json_answer({"name": f"{self.secret}/versions/1", "payload": payload})
