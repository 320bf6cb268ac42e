"""STS as far as a clock goes: it takes signatures of the last quarter of an hour, and says who one is."""

from datetime import UTC, datetime, timedelta

from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

_XML = (("Content-Type", "text/xml"),)
_TOLERATED = timedelta(minutes=15)


class Sts(StandIn):
    """Looks at the time that was signed, not at the signature: moto does that, and looks at no time."""

    name = "sts"

    def answer(self, request: Received) -> Answer:
        signed = request.headers.get("x-amz-date", "")
        now = datetime.now(UTC)
        late = now - datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(late) <= _TOLERATED and request.form.get("Action") == "GetCallerIdentity":
            who = "<Arn>arn:aws:iam::123456789012:user/ada</Arn><Account>123456789012</Account>"
            result = f"<GetCallerIdentityResult>{who}</GetCallerIdentityResult>"
            return _answer(f"<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>", 200)
        said = "Signature expired" if late > timedelta(0) else "Signature not yet current"
        message = f"{said}: {signed} is not within 15 min. of {now:%Y%m%dT%H%M%SZ}"
        error = f"<Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>{message}</Message></Error>"
        return _answer(f"<ErrorResponse>{error}</ErrorResponse>", 403)


def _answer(body: str, status: int) -> Answer:
    return Answer(status, body.encode(), _XML)
