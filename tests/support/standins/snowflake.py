"""Snowflake's SQL API by key pair: a JWT that names the public key's fingerprint, one statement, and its refusals."""

import json
from base64 import b64encode
from hashlib import sha256

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.google import rsa_key, rsa_pem
from tests.support.standins.server import StandIn

_HANDLE = "01b0a0f1-0000-1111-0000-000000000001"


class Snowflake(StandIn):
    """Knows one user with one public key. `network_policy` lets nobody in, `is_slow` answers before it is done."""

    name = "snowflake"
    fields = ("private_key", "account", "username")
    identity = "LOADER in XY12345"
    account = "myorg-account1"
    username = "loader"
    role = "ANALYST"
    network_policy = False
    is_slow = False

    @property
    def private_key(self) -> str:
        """The key whose public half the user has."""
        return rsa_pem()

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) != ("POST", "/api/v2/statements"):
            return json_answer({"code": "390404", "message": "Not Found"}, 404)
        if not self._is_known(request):
            said = "JWT token is invalid. [0ce9eb56-821d-4ca9-a774-04ae89a0cf5a]"
            return json_answer({"code": "390144", "message": said}, 401)
        if self.network_policy:
            said = "Incoming request with IP/Token 203.0.113.7 is not allowed to access Snowflake."
            return json_answer({"code": "390422", "message": said}, 403)
        return self._statement(json.loads(request.body))

    def _statement(self, asked: dict[str, object]) -> Answer:
        if set(asked) - {"statement", "timeout", "role", "warehouse"} or not str(asked["statement"]).startswith(
            "SELECT CURRENT_"
        ):
            return json_answer({"code": "391908", "message": "The request body is not valid."}, 400)
        if asked.get("role", self.role) != self.role:
            said = f"Role '{asked['role']}' specified in the connect string is not granted to this user."
            return json_answer({"code": "390189", "message": said, "sqlState": "08001"}, 422)
        running = {"statementHandle": _HANDLE, "statementStatusUrl": f"/api/v2/statements/{_HANDLE}"}
        if self.is_slow:
            said = "Asynchronous execution in progress."
            return json_answer({"code": "333334", "message": said, **running}, 202)
        done = {"code": "090001", "sqlState": "00000", "message": "Statement executed successfully."}
        row = [self.username.upper(), "XY12345", self.role]
        return json_answer({"resultSetMetaData": {"numRows": 1, "format": "jsonv2"}, "data": [row], **done, **running})

    def _is_known(self, request: Received) -> bool:
        """Verify the JWT by another implementation than the one that is tested, with Snowflake's own claims."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        public = rsa_key().public_key()
        try:
            claims = jwt.decode(given, public, algorithms=["RS256"], options={"require": ["iss", "sub", "iat", "exp"]})
        except jwt.InvalidTokenError:
            return False
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        subject = f"{self.account.upper()}.{self.username.upper()}"
        issuer = f"{subject}.SHA256:{b64encode(sha256(der).digest()).decode()}"
        lives_s = claims["exp"] - claims["iat"]
        kind = request.headers.get("x-snowflake-authorization-token-type")
        return (claims["iss"], claims["sub"], kind) == (issuer, subject, "KEYPAIR_JWT") and 0 < lives_s <= 3600
