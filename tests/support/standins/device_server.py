"""An authorization server with the device grant (RFC 8628), strict about who polls too often and what is sent."""

import secrets

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.oauth_server import OauthServer, Rules, difference

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


class DeviceServer(OauthServer):
    """Approves once it was polled `polls` times; `ends_with` is the error that comes then instead.

    `clock_s` is its clock, which tests move: who polls within the interval is told to slow down, as GitHub has
    it with the interval that is due, if it `tells_interval`.
    """

    user_code = "WDJB-MJHT"
    device_path = "/oauth/device"
    token_path = "/oauth/token"

    def __init__(self, rules: Rules | None = None) -> None:
        super().__init__(rules)
        self.polls = 0
        self.ends_with = ""
        self.clock_s: float | None = None
        self.interval_s = 1
        self.life_s = 900
        self.tells_interval = False
        self.says: dict[str, object] = {}
        self._device_code = ""
        self._last_s = 0.0

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("POST", self.device_path):
            return self._begin(request)
        if (request.method, request.path) == ("POST", self.token_path) and "device_code" in request.form:
            return self._poll(request)
        return super().answer(request)

    def _begin(self, request: Received) -> Answer:
        problem = difference({**self.client, "scope": self.rules.scope}, set(), request.form)
        if problem:
            return self.refused("invalid_request", problem, 400)
        self._device_code = f"device-{secrets.token_hex(8)}-EXAMPLE"
        self._last_s = self.clock_s or 0.0
        begun = {
            "device_code": self._device_code,
            "user_code": self.user_code,
            "verification_uri": f"{self.url}/device",
            "verification_uri_complete": f"{self.url}/device?user_code={self.user_code}",
            "expires_in": self.life_s,
            "interval": self.interval_s,
        }
        return json_answer({name: value for name, value in (begun | self.says).items() if value is not None})

    def _poll(self, request: Received) -> Answer:
        wanted = {**self.client, "grant_type": _GRANT_TYPE, "device_code": self._device_code}
        problem = difference(wanted, set(), request.form)
        if problem:
            return self.refused("invalid_request", problem, 400)
        if self.clock_s is not None:
            too_soon, self._last_s = self.clock_s - self._last_s < self.interval_s, self.clock_s
            if too_soon:
                said = {"interval": self.interval_s} if self.tells_interval else {}
                return json_answer({"error": "slow_down", **said}, 400)
        if self.polls:
            self.polls -= 1
            return json_answer({"error": "authorization_pending"}, 400)
        if self.ends_with:
            return json_answer({"error": self.ends_with}, 400)
        self._device_code = ""
        return self.granted()
