"""Acme, the provider of docs/writing-a-connector.md: refuses an unknown key with 400 and a code, not with 401."""

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn


class Acme(StandIn):
    """Serves `/v1/me` to whoever holds the key, and refuses everything else as its pages would say."""

    name = "acme"
    base_path = "/v1"
    api_key = "acme-key-EXAMPLE"

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) != ("GET", "/v1/me"):
            return json_answer({"code": "no_such_thing", "message": "no such thing"}, 404)
        if request.headers.get("x-acme-key") != self.api_key:
            return json_answer({"code": "invalid_key", "message": "This key is not known."}, 400)
        return json_answer({"user": {"name": "Ada Example", "email": "ada@acme.test"}})
