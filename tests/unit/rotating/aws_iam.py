"""An AWS key in the hands of its engine, and STS as it likes."""

from nexcred.rotating.aws_iam import AwsIam
from tests.support.acting import acting, login
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

KEY = {"access_key_id": "AKIAEXAMPLE0000000AA", "secret_key": "secret/EXAMPLE/0123456789"}


class Whoever(StandIn):
    """STS, which says that the key is of `arn`; it answers whatever else is asked with `instead`."""

    name = "sts"
    arn = ""
    instead = Answer(200, b"<Anything/>", (("Content-Type", "text/xml"),))

    def answer(self, request: Received) -> Answer:
        if request.form.get("Action") != "GetCallerIdentity":
            return self.instead
        result = f"<GetCallerIdentityResult><Arn>{self.arn}</Arn></GetCallerIdentityResult>"
        body = f"<GetCallerIdentityResponse>{result}</GetCallerIdentityResponse>"
        return Answer(200, body.encode(), (("Content-Type", "text/xml"),))


def engine_at(stand_in: Whoever, **more: object) -> AwsIam:
    places = {"sts_endpoint_url": stand_in.url, "iam_endpoint_url": stand_in.url}
    return AwsIam(acting(login("s3", {**KEY, **places, **more}, stand_in.host)))
