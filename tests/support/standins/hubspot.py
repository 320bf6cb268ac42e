"""HubSpot: a bearer token, the account's details, and errors with a category."""

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn


class HubSpot(StandIn):
    """Knows one token; `expired` and `unscoped` are tokens that it knows and refuses."""

    name = "hubspot"
    fields = ("access_token",)
    access_token = "pat-na1-EXAMPLE-0123-4567-89ab"
    expired = "pat-na1-EXAMPLE-expired-token"
    unscoped = "pat-na1-EXAMPLE-without-scopes"
    identity = "account 4711"

    def answer(self, request: Received) -> Answer:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token == self.expired:
            return _error(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
        if token == self.unscoped:
            return _error(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes.")
        if token != self.access_token:
            return _error(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        if (request.method, request.path) != ("GET", "/account-info/v3/details"):
            return _error(404, "OBJECT_NOT_FOUND", "resource not found")
        account = {"portalId": 4711, "accountType": "STANDARD", "timeZone": "US/Eastern", "uiDomain": "app.hubspot.com"}
        return json_answer(account, 200, (("X-HubSpot-RateLimit-Remaining", "99"),))


def _error(status: int, category: str, message: str) -> Answer:
    return json_answer({"status": "error", "message": message, "correlationId": "c-1", "category": category}, status)
