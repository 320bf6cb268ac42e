"""An authorization server with the device grant (RFC 8628), strict about who polls too often and what is sent."""

import secrets
from collections.abc import Mapping
from types import MappingProxyType

from tests.support.standins.authorizer import Authorizer, difference
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.oauth_server import OauthServer

_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code"


class DeviceAuthorizer(Authorizer):
    """Approves once it was polled `polls` times; `ends_with` is the error that comes then instead.

    `clock_s` is its clock, which tests move: who polls within the interval is told to slow down, as GitHub has it with
    the interval that is due, if it `tells_interval`. `says` changes what it begins with.
    """

    user_code = "WDJB-MJHT"
    polls = 0
    ends_with = ""
    clock_s: float | None = None
    interval_s = 1
    life_s = 900
    tells_interval = False
    says: Mapping[str, object] = MappingProxyType({})
    _device_code = ""
    _last_s = 0.0

    def begin_device(self, request: Received) -> Answer:
        """Hand out a code to enter."""
        scope = {"scope": self.rules.scope.replace(" ", self.rules.separator)} if self.rules.scope else {}
        wanted = {**self.rules.sent, **self.client, **self.rules.brought(scope)}
        problem = difference(wanted, set(), request.form)
        if problem:
            return self.refused("invalid_request", problem, 400)
        self._device_code = f"device-{secrets.token_hex(8)}-EXAMPLE"
        self._last_s = self.clock_s or 0.0
        begun = {
            "device_code": self._device_code,
            "user_code": self.user_code,
            "verification_uri": f"{self.own_url}/device",
            "verification_uri_complete": f"{self.own_url}/device?user_code={self.user_code}",
            "expires_in": self.life_s,
            "interval": self.interval_s,
        }
        return json_answer({name: value for name, value in {**begun, **self.says}.items() if value is not None})

    def poll(self, request: Received) -> Answer:
        """Say whether somebody has entered it."""
        known = {"grant_type": _GRANT_TYPE, "device_code": self._device_code}
        problem = difference({**self.rules.brought(known), **self.rules.sent, **self.client}, set(), request.form)
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


class DeviceServer(DeviceAuthorizer, OauthServer):
    """The same on loopback."""

    device_path = "/oauth/device"
    token_path = "/oauth/token"

    def answer(self, request: Received) -> Answer:
        if (request.method, request.path) == ("POST", self.device_path):
            return self.begin_device(request)
        if (request.method, request.path) == ("POST", self.token_path) and "device_code" in request.form:
            return self.poll(request)
        return super().answer(request)
