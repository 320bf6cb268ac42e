"""Google with IAM beside it: keys of a service account are listed, uploaded, disabled, deleted, and tokens follow."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from nexcred.auth.new_key_pair import self_signed_certificate
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.google import Gcs, rsa_pem

SCOPES = {"https://www.googleapis.com/auth/iam", "https://www.googleapis.com/auth/cloud-platform"}
OTHER = "other@example-project.iam.gserviceaccount.com"
_CREATED = "2026-01-01T00:00:00Z"


@dataclass
class Key:
    """A key that people manage: `origin` says who made it."""

    certificate: str
    origin: str = "GOOGLE_PROVIDED"
    disabled: bool = False


class GoogleIam(Gcs):
    """Knows the keys of one account, and of another beside it.

    A new or enabled key is known after `refusals` requests for tokens, and `late` is how many answers show a key as it
    was before it was disabled. `forbidden_by` is a constraint of the organisation, `is_admin` whether the account may
    manage its own keys.
    """

    def __init__(self, *, refusals: int = 0) -> None:
        super().__init__()
        self.keys: dict[str, Key] = {self.private_key_id: Key(self_signed_certificate(rsa_pem(), datetime.now(UTC)))}
        self.other: dict[str, Key] = {}
        self.emails.add(OTHER)
        self.refusals = refusals
        self.late = 0
        self.forbidden_by = ""
        self.is_admin = True
        self._left: dict[str, int] = {}

    @property
    def iam_url(self) -> str:
        return self.url

    def account(self, email: str) -> str:
        return f"/v1/projects/{self.project_id}/serviceAccounts/{email}/keys"

    def answer(self, request: Received) -> Answer:
        if request.path == "/token":
            self.public_keys = dict(self._good_keys())
            return super().answer(request)
        if not request.path.startswith("/v1/projects/"):
            return super().answer(request)
        scope = self.scopes.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if scope is None:
            return _error(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if scope not in SCOPES:
            return _error(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.")
        if not self.is_admin:
            said = "Permission 'iam.serviceAccountKeys.list' denied on resource (or it may not exist)."
            return _error(403, "PERMISSION_DENIED", said)
        return self._iam(request)

    def _iam(self, request: Received) -> Answer:
        if request.path.startswith(self.account(OTHER)):
            with self._as_other():
                return self._keys_of(OTHER, request)
        return self._keys_of(self.client_email, request)

    @contextmanager
    def _as_other(self) -> Iterator[None]:
        self.keys, self.other = self.other, self.keys
        try:
            yield
        finally:
            self.keys, self.other = self.other, self.keys

    def _keys_of(self, email: str, request: Received) -> Answer:
        what, _, key_id = request.path.partition(self.account(email))
        if what:
            return _error(404, "NOT_FOUND", "Unknown service account")
        if (request.method, key_id) == ("GET", ""):
            listed = [self._described(each) for each in self.keys]
            return json_answer({"keys": listed} if listed else {})
        if (request.method, key_id) == ("POST", ":upload"):
            return self._uploaded(request)
        key_id, _, verb = key_id.removeprefix("/").partition(":")
        if key_id not in self.keys:
            return _error(404, "NOT_FOUND", f"Service account key {key_id} does not exist.")
        if request.method == "GET":
            return json_answer(self._described(key_id, request.query.get("publicKeyType", "")))
        if request.method == "DELETE":
            del self.keys[key_id]
            return json_answer({})
        if request.method == "POST" and verb in ("disable", "enable") and json.loads(request.body) == {}:
            self.keys[key_id].disabled = verb == "disable"
            self._left[key_id] = self.refusals if verb == "enable" else 0
            return json_answer({})
        return _error(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")

    def _uploaded(self, request: Received) -> Answer:
        if self.forbidden_by:
            violation = {"type": self.forbidden_by, "description": f"Constraint `{self.forbidden_by}` violated"}
            return _error(400, "FAILED_PRECONDITION", "Precondition check failed.", [{"violations": [violation]}])
        if len(self.keys) >= 10:
            return _error(400, "FAILED_PRECONDITION", "Precondition check failed.")
        document = json.loads(request.body)
        pem = b64decode(document["publicKeyData"], validate=True)
        certificate = x509.load_pem_x509_certificate(pem)
        now = datetime.now(UTC)
        is_good = certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc
        if (
            set(document) != {"publicKeyData"}
            or not is_good
            or not isinstance(certificate.public_key(), rsa.RSAPublicKey)
        ):
            return _error(400, "INVALID_ARGUMENT", "Public key data is not valid.")
        certificate.verify_directly_issued_by(certificate)
        key_id = sha1(pem).hexdigest()
        self.keys[key_id] = Key(pem.decode(), "USER_PROVIDED")
        self._left[key_id] = self.refusals
        return json_answer(self._described(key_id))

    def _described(self, key_id: str, public_key_type: str = "") -> dict[str, object]:
        key = self.keys[key_id]
        described: dict[str, object] = {
            "name": f"{self.account(self.client_email).removeprefix('/v1/')}/{key_id}",
            "validAfterTime": _CREATED,
            "validBeforeTime": "9999-12-31T23:59:59Z",
            "keyAlgorithm": "KEY_ALG_RSA_2048",
            "keyOrigin": key.origin,
            "keyType": "USER_MANAGED",
        }
        if key.disabled and self.late:
            self.late -= 1
        elif key.disabled:
            described |= {"disabled": True, "disableReason": "SERVICE_ACCOUNT_KEY_DISABLE_REASON_USER_INITIATED"}
        if public_key_type == "TYPE_X509_PEM_FILE":
            described["publicKeyData"] = b64encode(key.certificate.encode()).decode()
        return described

    def _good_keys(self) -> list[tuple[str, rsa.RSAPublicKey]]:
        """Return the keys that get a token now; one that is new takes some time."""
        good: list[tuple[str, rsa.RSAPublicKey]] = []
        for key_id, key in (*self.keys.items(), *self.other.items()):
            public = x509.load_pem_x509_certificate(key.certificate.encode()).public_key()
            assert isinstance(public, rsa.RSAPublicKey)
            if self._left.get(key_id, 0) > 0:
                self._left[key_id] -= 1
            elif not key.disabled:
                good.append((key_id, public))
        return good


def _error(status: int, reason: str, said: str, details: list[object] | None = None) -> Answer:
    error = {"code": status, "message": said, "status": reason, **({"details": details} if details else {})}
    return json_answer({"error": error}, status)
