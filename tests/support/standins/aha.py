"""Aha!: a bearer key, /api/v1/me, and a 401 that is a web page."""

from tests.support.standins.exchange import Answer, Received, html, json_answer
from tests.support.standins.server import StandIn


class Aha(StandIn):
    """Knows one user; change `email` to have it say something else."""

    name = "aha"
    account_domain = "mycompany"
    base_path = "/api/v1"
    api_key = "aha-key-EXAMPLE"
    email = "ada@example.com"

    def answer(self, request: Received) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self.api_key}":
            return html("401 Unauthorized", 401)
        if (request.method, request.path) != ("GET", "/api/v1/me"):
            return json_answer({"errors": {"message": "Record not found"}}, 404)
        user = {"id": "6543210", "name": "Ada Example", "email": self.email}
        limits = (("X-Ratelimit-Limit", "300"), ("X-Ratelimit-Remaining", "299"))
        return json_answer({"user": user | {"accounts": [{"account": {"domain": self.account_domain}}]}}, 200, limits)
