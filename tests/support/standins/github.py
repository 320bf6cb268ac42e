"""GitHub: /user for a token, its end in a header, and limits that are a 403; /credentials/revoke without a login."""

import json

from tests.support.standins.device_server import DeviceServer
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.oauth_server import Rules
from tests.support.standins.server import StandIn

# The kinds of tokens that may be handed in to be revoked, whoever they belong to.
_MAY_BE_HANDED_IN = ("ghp_", "github_pat_", "gho_", "ghu_", "ghr_")


class GitHub(StandIn):
    """Knows one token of a user; `installation` is an app's, which has no user.

    A token that is revoked is taken `lingers` more times.
    """

    name = "github"
    fields = ("access_token",)
    access_token = "github_pat_EXAMPLE"
    installation = "ghs_EXAMPLE"
    identity = "ada-example"
    expires = "2031-02-01 12:00:00 +0200"
    lingers = 0
    is_revoked = False

    def answer(self, request: Received) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not request.headers.get("user-agent"):
            return _error(403, "Request forbidden by administrative rules. Please make sure it has a User-Agent header")
        if request.headers.get("x-github-api-version") != "2022-11-28":
            return _error(400, "unsupported API version")
        if (request.method, request.path) == ("POST", "/credentials/revoke"):
            return self._revoke(request, has_login=bool(token))
        if token == self.installation:
            return _error(403, "Resource not accessible by integration")
        if token != self.access_token:
            return _error(401, "Bad credentials")
        if self.is_revoked and not self._lingers():
            return _error(401, "Bad credentials")
        if (request.method, request.path) != ("GET", "/user"):
            return _error(404, "Not Found")
        headers = (("X-RateLimit-Remaining", "4999"), ("github-authentication-token-expiration", self.expires))
        return json_answer({"login": "ada-example", "id": 1, "type": "User"}, 200, headers)

    def _revoke(self, request: Received, *, has_login: bool) -> Answer:
        if has_login:
            return _error(403, "This endpoint must be accessed without authentication")
        tokens = json.loads(request.body).get("credentials")
        if not isinstance(tokens, list) or not all(str(token).startswith(_MAY_BE_HANDED_IN) for token in tokens):
            return _error(422, "Validation failed, or the endpoint has been spammed.")
        self.is_revoked |= self.access_token in tokens
        return Answer(202, b"")

    def _lingers(self) -> bool:
        self.lingers -= 1
        return self.lingers >= 0


class GitHubLogin(DeviceServer):
    """Its pages for apps, and the API beside them; an app without a secret, as the device flow has it."""

    name = "github"
    device_path = "/login/device/code"
    token_path = "/login/oauth/access_token"

    def __init__(self) -> None:
        super().__init__(Rules(client_id="Ov23EXAMPLE", client_secret="", scope="repo read:org"))

    def me(self, request: Received) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if (request.method, request.path) == ("POST", "/credentials/revoke"):
            self.access_tokens -= {*json.loads(request.body)["credentials"]}
            return Answer(202, b"")
        if token not in self.access_tokens:
            return _error(401, "Bad credentials")
        return json_answer({"login": "octo", "id": 1, "type": "User"})


def _error(status: int, message: str) -> Answer:
    return json_answer({"message": message, "documentation_url": "https://docs.github.com/rest"}, status)
