"""What STS answers."""

from nexcred.auth.flow import Response

DATE = {"date": "Thu, 15 Jan 2026 12:00:00 GMT"}
ARN = "arn:aws:iam::123456789012:role/reader"
GRANTED = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/reader/nexcred</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>role-secret-EXAMPLE</SecretAccessKey>
<SessionToken>role-token-EXAMPLE</SessionToken><Expiration>2026-01-15T13:00:00Z</Expiration></Credentials>
</AssumeRoleResult></AssumeRoleResponse>"""


def error(code: str, message: str = "no", status: int = 403, **headers: str) -> Response:
    body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(status, DATE | headers, f"{body}<RequestId>1</RequestId></ErrorResponse>".encode())
