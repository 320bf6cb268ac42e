"""GitHub: /user for a token, its end in a header, limits that are a 403, and revocation of found tokens."""

import json

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

_MAY_BE_REPORTED = ("ghp_", "github_pat_", "gho_", "ghu_", "ghr_")


class GitHub(StandIn):
    """Knows one token of a user; `installation` is an app's, which has no user.

    `reported` are tokens that were handed in to be revoked: it takes them, and ends them when `end_reported` is called.
    """

    name = "github"
    fields = ("access_token",)
    access_token = "github_pat_EXAMPLE"
    installation = "ghs_EXAMPLE"
    identity = "ada-example"
    expires = "2031-02-01 12:00:00 +0200"

    def __init__(self) -> None:
        super().__init__()
        self.reported: list[str] = []
        self._ended: set[str] = set()

    def end_reported(self) -> None:
        self._ended |= set(self.reported)

    def answer(self, request: Received) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not request.headers.get("user-agent"):
            return _error(403, "Request forbidden by administrative rules. Please make sure it has a User-Agent header")
        if request.headers.get("x-github-api-version") != "2022-11-28":
            return _error(400, "unsupported API version")
        if (request.method, request.path) == ("POST", "/credentials/revoke"):
            return self._take(request, token)
        if token == self.installation:
            return _error(403, "Resource not accessible by integration")
        if token != self.access_token or token in self._ended:
            return _error(401, "Bad credentials")
        if (request.method, request.path) != ("GET", "/user"):
            return _error(404, "Not Found")
        headers = (("X-RateLimit-Remaining", "4999"), ("github-authentication-token-expiration", self.expires))
        return json_answer({"login": "ada-example", "id": 1, "type": "User"}, 200, headers)

    def _take(self, request: Received, login: str) -> Answer:
        """Take tokens of the kinds that may be handed in, whoever they belong to; a login is refused."""
        if login:
            return _error(403, "This endpoint does not support authenticated requests")
        tokens = json.loads(request.body).get("credentials")
        if not isinstance(tokens, list) or not all(str(token).startswith(_MAY_BE_REPORTED) for token in tokens):
            return _error(422, "Validation failed, or the endpoint has been spammed.")
        self.reported += tokens
        return json_answer({}, 202)


def _error(status: int, message: str) -> Answer:
    return json_answer({"message": message, "documentation_url": "https://docs.github.com/rest"}, status)
