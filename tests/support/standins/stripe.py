"""Stripe: the key as the user name of basic authentication, and errors in an `error` object."""

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.login import basic_login
from tests.support.standins.server import StandIn


class Stripe(StandIn):
    """Knows a secret key, a `restricted` one that may not read the account, an `expired` and a `fenced` one."""

    name = "stripe"
    fields = ("api_key",)
    api_key = "sk_test_EXAMPLE"
    restricted = "rk_test_EXAMPLE"
    expired = "rk_test_EXAMPLE_expired"
    fenced = "rk_test_EXAMPLE_fenced"
    identity = "Parcels of Ada"

    def answer(self, request: Received) -> Answer:
        key, password = basic_login(request)
        if key == self.expired:
            return _error(401, "Expired API Key provided: rk_test_*****ired", code="api_key_expired")
        if key == self.fenced:
            return _error(403, "The API key provided does not allow requests from your IP address.")
        if password or key not in (self.api_key, self.restricted):
            return _error(401, f"Invalid API Key provided: {key[:8]}*****{key[-4:]}")
        if (request.method, request.path) != ("GET", "/v1/account"):
            return _error(404, f"Unrecognized request URL ({request.method}: {request.path}).")
        if key == self.restricted:
            needed = "Having the 'rak_accounts_kyc_basic_read' permission would allow this request to continue."
            lacking = "does not have the required permissions for this endpoint on account 'acct_EXAMPLE'"
            return _error(403, f"The provided key 'rk_test_*****MPLE' {lacking}. {needed}")
        settings = {"dashboard": {"display_name": self.identity, "timezone": "Etc/UTC"}}
        return json_answer({"id": "acct_EXAMPLE", "object": "account", "country": "DE", "settings": settings})


def _error(status: int, message: str, **more: str) -> Answer:
    return json_answer({"error": {"message": message, "type": "invalid_request_error", **more}}, status)
