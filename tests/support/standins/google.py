"""Google: a token endpoint that verifies the assertion of a service account, Cloud Storage and BigQuery behind it."""

import contextlib
import json
import secrets
import ssl
import time
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.standins.exchange import Answer, Fault, Received, json_answer
from tests.support.standins.server import StandIn

AUDIENCE = "https://oauth2.googleapis.com/token"
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TIME = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
_LEEWAY_S = 300


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """Make one key for a whole run: making it is what takes time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def rsa_pem() -> str:
    """Return that key as a file has it."""
    return rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def service_account(token_uri: str) -> dict[str, str]:
    """Return a key file for the service account that the stand-in knows."""
    return {
        "type": "service_account",
        "project_id": Google.project_id,
        "private_key_id": Google.private_key_id,
        "private_key": rsa_pem(),
        "client_email": Google.client_email,
        "client_id": "123456789012345678901",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "universe_domain": "googleapis.com",
    }


class Google(StandIn):
    """Knows one service account, one bucket and one project."""

    name = "google"
    client_email = "loader@example-project.iam.gserviceaccount.com"
    private_key_id = "0123456789abcdefEXAMPLE"
    bucket = "example-bucket"
    project_id = "example-project"

    def __init__(self, *, tls: ssl.SSLContext | None = None, fault: Fault | None = None, port: int = 0) -> None:
        super().__init__(tls=tls, fault=fault, port=port)
        self.assertions: list[dict[str, str]] = []
        self.public_keys: dict[str, rsa.RSAPublicKey] = {self.private_key_id: rsa_key().public_key()}
        self.emails = {self.client_email}
        self.scopes: dict[str, str] = {}

    @property
    def service_account(self) -> dict[str, str]:
        """Return the key file, as the console gives it for download, with this server's token endpoint."""
        return service_account(f"{self.url}/token")

    def answer(self, request: Received) -> Answer:
        if request.path == "/token":
            return self._token(request)
        if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.scopes:
            return _error(401, "Request had invalid authentication credentials.", "authError")
        if request.path.startswith("/storage/v1/b/"):
            return self.storage(request)
        if request.path.startswith("/bigquery/v2/projects"):
            return self._bigquery(request)
        return _error(404, "Not Found", "notFound")

    def storage(self, request: Received) -> Answer:
        """Answer for Cloud Storage, to somebody who is known."""
        if request.path == f"/storage/v1/b/{self.bucket}/o" and request.method == "GET":
            return json_answer({"kind": "storage#objects"})
        if request.path == "/storage/v1/b/others-bucket/o":
            lacking = (
                f"{self.client_email} does not have storage.objects.list access to the Google Cloud Storage bucket."
            )
            return _error(403, lacking, "forbidden")
        return _error(404, "The specified bucket does not exist.", "notFound")

    def _bigquery(self, request: Received) -> Answer:
        if request.path == "/bigquery/v2/projects" and request.method == "GET":
            return json_answer({"kind": "bigquery#projectList", "totalItems": 0})
        if request.method != "POST" or not request.path.endswith("/queries"):
            return _error(404, "Not Found", "notFound")
        asked = json.loads(request.body)
        if asked != {"query": "SELECT 1", "dryRun": True, "useLegacySql": False}:
            return _error(400, "only a dry run is expected", "invalid")
        if request.path != f"/bigquery/v2/projects/{self.project_id}/queries":
            return _error(
                403, "Access Denied: Project: User does not have bigquery.jobs.create permission", "accessDenied"
            )
        return json_answer({"kind": "bigquery#queryResponse", "jobComplete": True, "totalBytesProcessed": "0"})

    def _token(self, request: Received) -> Answer:
        if request.method != "POST" or request.form.get("grant_type") != _GRANT_TYPE:
            return _refusal("unsupported_grant_type", "Invalid grant_type")
        try:
            claims = self._verified(request.form.get("assertion", ""))
        except jwt.InvalidSignatureError:
            return _refusal("invalid_grant", "Invalid JWT Signature.")
        except jwt.InvalidAudienceError:
            return _refusal("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        except jwt.InvalidTokenError:
            return _refusal("invalid_request", "Invalid JWT")
        if claims["iss"] not in self.emails:
            return _refusal("invalid_grant", "Invalid grant: account not found")
        if not str(claims["scope"]).startswith("https://www.googleapis.com/auth/"):
            return _refusal("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        issued, ends, now = int(claims["iat"]), int(claims["exp"]), time.time()
        if not (issued - _LEEWAY_S <= now <= ends and 0 < ends - issued <= 3600):
            return _refusal("invalid_grant", _TIME)
        self.assertions.append(claims)
        token = f"ya29.{secrets.token_hex(16)}-EXAMPLE"
        self.scopes[token] = str(claims["scope"])
        return json_answer({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    def _verified(self, assertion: str) -> dict[str, str]:
        """Verify the signature and the audience by another implementation than the one that is tested."""
        named = jwt.get_unverified_header(assertion).get("kid")
        for key_id, public_key in self.public_keys.items():
            if named in (None, key_id):
                with contextlib.suppress(jwt.InvalidSignatureError):
                    return _claims(assertion, public_key)
        raise jwt.InvalidSignatureError


class Gcs(Google):
    """Google, as a credential for Cloud Storage reaches it."""

    name = "gcs"
    fields = ("service_account_key", "bucket")
    identity = Google.client_email

    @property
    def service_account_key(self) -> str:
        return json.dumps(self.service_account)


class BigQuery(Gcs):
    """Google, as a credential for BigQuery reaches it."""

    name = "bigquery"
    fields = ("service_account_key", "project_id")


def _claims(assertion: str, public_key: rsa.RSAPublicKey) -> dict[str, str]:
    required = ["iss", "scope", "aud", "exp", "iat"]
    claims: dict[str, str] = jwt.decode(
        assertion,
        public_key,
        algorithms=["RS256"],
        audience=AUDIENCE,
        options={"verify_exp": False, "verify_iat": False, "require": required},
    )
    return claims


def _refusal(code: str, description: str) -> Answer:
    return json_answer({"error": code, "error_description": description}, 400)


def _error(status: int, message: str, reason: str) -> Answer:
    errors = [{"domain": "global", "reason": reason, "message": message}]
    return json_answer({"error": {"code": status, "message": message, "errors": errors}}, status)
