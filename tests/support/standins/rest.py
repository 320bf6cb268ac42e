"""Any REST API: takes its key as a bearer token, a header, a query parameter or basic authentication."""

import base64

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn


class Rest(StandIn):
    """Answers on /health and /v1/me. With `takes_junk` it lets everybody in, as a careless health endpoint does."""

    name = "rest"
    api_key = "rest-key-EXAMPLE"
    username = "ada"
    password = "rest-password-EXAMPLE"
    header_name = "x-api-key"
    query_name = "api_key"
    takes_junk = False

    def answer(self, request: Received) -> Answer:
        if request.path not in ("/health", "/v1/me", "/"):
            return json_answer({"message": "not found"}, 404)
        if not self.takes_junk and not self._is_known(request):
            return json_answer({"message": "unknown key"}, 401)
        return json_answer({"status": "ok", "user": {"name": "Ada Example", "email": "ada@example.com"}})

    def _is_known(self, request: Received) -> bool:
        login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode("ascii")
        return (
            request.headers.get("authorization") in (f"Bearer {self.api_key}", f"Basic {login}")
            or request.headers.get(self.header_name) == self.api_key
            or request.query.get(self.query_name) == self.api_key
        )
