"""AWS: moto, which checks signatures and rights, and before it a look at the token of who asks for a role."""

import ssl
import threading
from dataclasses import replace
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import jwt

from tests.live.aws import REGION, Key
from tests.live.job_clouds.forwarding import Forwarding
from tests.live.job_clouds.issuer import claims_of
from tests.support.standins.exchange import Answer, Received

VAULT_BUCKET = "acme-vault"
HOSTS = (
    "iam.amazonaws.com",
    *(f"{name}.{REGION}.amazonaws.com" for name in ("sts", "secretsmanager", "s3", f"{VAULT_BUCKET}.s3")),
)
_XML = (("Content-Type", "text/xml"),)


class Administrator(NamedTuple):
    """Who may do everything, and where moto is."""

    key: Key
    port: int

    def client(self, service: str) -> Any:
        import boto3

        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id=self.key.access_key_id,
            aws_secret_access_key=self.key.secret_key,
        )

    def signed(self, request: Received) -> Received:
        """Return what needs no signature with one, as moto wants it."""
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials

        names = ("host", "content-type")
        headers = {name: request.headers[name] for name in names}
        unsigned = AWSRequest(request.method, f"http://{headers['host']}{request.target}", headers, request.body)
        SigV4Auth(Credentials(self.key.access_key_id, self.key.secret_key), "sts", REGION).add_auth(unsigned)
        return replace(request, headers={name.lower(): text for name, text in unsigned.headers.items()})


class Amazon(Forwarding):
    """AWS under its own names."""

    name = "aws"

    def __init__(self, administrator: Administrator, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(administrator.port, tls=tls)
        self._administrator = administrator
        self._one_write = threading.Lock()

    def answer(self, request: Received) -> Answer:
        if request.method == "PUT":
            with self._one_write:  # moto lets two writers pass its If-Match at once
                return super().answer(request)
        if request.form.get("Action") != "AssumeRoleWithWebIdentity":
            return super().answer(request)
        role = request.form["RoleArn"]
        try:
            is_trusted = self._is_trusted(role, request.form["WebIdentityToken"])
        except jwt.InvalidTokenError as error:
            return _refused(400, "InvalidIdentityToken", str(error))
        if not is_trusted:
            return _refused(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
        return super().answer(self._administrator.signed(request))

    def _is_trusted(self, role_arn: str, token: str) -> bool:
        """Go by the role's trust policy and the provider that it names, as moto keeps them."""
        iam = self._administrator.client("iam")
        role = iam.get_role(RoleName=role_arn.rpartition("/")[2])["Role"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=statement["Principal"]["Federated"])
        claims = claims_of(token, provider["ClientIDList"])
        issuer = provider["Url"].removeprefix("https://")
        wanted = statement["Condition"]["StringEquals"]
        told = {f"{issuer}:{name}": text for name, text in claims.items()}
        return (
            statement["Action"] == "sts:AssumeRoleWithWebIdentity"
            and claims["iss"] == f"https://{issuer}"
            and wanted.keys() == {f"{issuer}:aud", f"{issuer}:sub"}
            and all(told.get(name) == text for name, text in wanted.items())
        )


def _refused(status: int, code: str, message: str) -> Answer:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return Answer(status, f"<ErrorResponse>{error}</ErrorResponse>".encode(), _XML)
