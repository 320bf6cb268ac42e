"""An authorization server on loopback, with an API that says who it is."""

from tests.support.standins.authorizer import Authorizer, Rules
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

__all__ = ["OauthServer", "Rules"]


class OauthServer(Authorizer, StandIn):
    """Everything but its two endpoints is the API, which knows the access tokens."""

    name = "acme"

    def __init__(self, rules: Rules | None = None) -> None:
        StandIn.__init__(self)
        Authorizer.__init__(self, rules, self.url)

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("GET", "/oauth/authorize"):
            return self.authorize(request.query)
        if (request.method, request.path) == ("POST", "/oauth/token"):
            return self.token(request)
        return self.me(request)

    def me(self, request: Received) -> Answer:
        """Say who it is to whoever has an access token."""
        if not self.knows(request):
            return json_answer({"message": "no such token"}, 401)
        return json_answer({"user": {"email": "ada@example.com"}, "path": request.path, "url": self.url})
