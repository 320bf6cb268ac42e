"""GitHub: /user for a token, its end in a header, and limits that are a 403."""

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn


class GitHub(StandIn):
    """Knows one token of a user; `installation` is an app's, which has no user."""

    name = "github"
    fields = ("access_token",)
    access_token = "github_pat_EXAMPLE"
    installation = "ghs_EXAMPLE"
    identity = "ada-example"
    expires = "2031-02-01 12:00:00 +0200"

    def answer(self, request: Received) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not request.headers.get("user-agent"):
            return _error(403, "Request forbidden by administrative rules. Please make sure it has a User-Agent header")
        if request.headers.get("x-github-api-version") != "2022-11-28":
            return _error(400, "unsupported API version")
        if token == self.installation:
            return _error(403, "Resource not accessible by integration")
        if token != self.access_token:
            return _error(401, "Bad credentials")
        if (request.method, request.path) != ("GET", "/user"):
            return _error(404, "Not Found")
        headers = (("X-RateLimit-Remaining", "4999"), ("github-authentication-token-expiration", self.expires))
        return json_answer({"login": "ada-example", "id": 1, "type": "User"}, 200, headers)


def _error(status: int, message: str) -> Answer:
    return json_answer({"message": message, "documentation_url": "https://docs.github.com/rest"}, status)
