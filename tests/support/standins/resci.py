"""ReSci: `Authorization: ApiKey …` on /v3."""

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn


class Resci(StandIn):
    """Lists import jobs to whoever holds the key, or one of `more_keys`; `limited_keys` are known but not permitted."""

    name = "resci"
    base_path = "/v3"
    api_key = "resci-key-EXAMPLE"
    more_keys: tuple[str, ...] = ()
    limited_keys: tuple[str, ...] = ("resci-limited-EXAMPLE",)

    def answer(self, request: Received) -> Answer:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme == "ApiKey" and key in self.limited_keys:
            return json_answer({"message": "this key may not list import jobs"}, 403)
        if scheme != "ApiKey" or key not in (self.api_key, *self.more_keys):
            return json_answer({"message": "invalid api key"}, 401)
        if (request.method, request.path) != ("GET", "/v3/import_jobs"):
            return json_answer({"message": "not found"}, 404)
        return json_answer({"import_jobs": []})
