"""Slack: a bearer token, and every refusal as HTTP 200 with `ok: false`; and an incoming webhook, which speaks text."""

import json

from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

# Tokens that it knows and refuses, with the error that each gets.
_REFUSALS = {
    "xoxb-EXAMPLE-dormant": "account_inactive",
    "xoxb-EXAMPLE-revoked": "token_revoked",
    "xoxe.xoxb-EXAMPLE-old": "token_expired",
    "xoxb-EXAMPLE-unapproved": "team_access_not_granted",
    "xoxb-EXAMPLE-unlucky": "internal_error",
    "xoxb-EXAMPLE-new": "an_error_of_next_year",
}


class Slack(StandIn):
    """Knows one bot, and some tokens that it refuses for a reason of their own; `auth.revoke` ends the bot's.

    With `ends_nothing` it says so and goes on taking it.
    """

    name = "slack"
    base_path = "/api"
    fields = ("bot_token",)
    bot_token = "xoxb-EXAMPLE"
    identity = "nexcred in Data Team"
    ends_nothing = False
    is_revoked = False
    channel = "C0123456789"
    webhook = "T0EXAMPLE/B0EXAMPLE/XXXXEXAMPLE"

    @property
    def told(self) -> list[str]:
        """The messages that were taken, as Slack reads them."""
        sent = [json.loads(one.body) for one in self.received if one.path.endswith(("/chat.postMessage", self.webhook))]
        return [one["text"] for one in sent if one.get("text")]

    def answer(self, request: Received) -> Answer:
        if request.path.startswith("/services/"):
            return self._answer_of_webhook(request)
        known = ("/api/auth.test", "/api/auth.revoke", "/api/chat.postMessage")
        if request.method != "POST" or request.path not in known:
            return _refused("unknown_method")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not token:
            return _refused("not_authed")
        if token != self.bot_token:
            return _refused(_REFUSALS.get(token, "invalid_auth"))
        if self.is_revoked:
            return _refused("token_revoked")
        if request.path == "/api/auth.revoke":
            self.is_revoked = not self.ends_nothing
            return json_answer({"ok": True, "revoked": True})
        if request.path.endswith("/chat.postMessage"):
            message = json.loads(request.body)
            is_there = message.get("channel", self.channel) == self.channel
            return json_answer({"ok": True, "ts": "1"}) if is_there else _refused("channel_not_found")
        team = {"url": "https://data.slack.com/", "team": "Data Team", "team_id": "T1"}
        return json_answer({"ok": True, **team, "user": "nexcred", "user_id": "U1", "bot_id": "B1"})

    def _answer_of_webhook(self, request: Received) -> Answer:
        if request.path != f"/services/{self.webhook}":
            return _text("no_service", 404)
        return _text("ok") if json.loads(request.body).get("text") else _text("no_text", 400)


def _text(said: str, status: int = 200) -> Answer:
    return Answer(status, said.encode(), (("Content-Type", "text/html"),))


def _refused(error: str) -> Answer:
    return json_answer({"ok": False, "error": error})
