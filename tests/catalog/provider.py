"""A provider that plays its written part under its own names, and keeps what came that was not as documented."""

import ssl
from datetime import timedelta

from nexcred.model.times import utc_now
from tests.catalog.strict import departures
from tests.catalog.table import Answered, Conversation
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

_ON_THE_WAY = timedelta(minutes=1)


class Provider(StandIn):
    """Gives the good answers to the requests as they are documented, and the bad one to any other."""

    name = "provider"

    def __init__(self, one: Conversation, *, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(tls=tls)
        self.one = one
        self.strange: list[str] = []

    def answer(self, request: Received) -> Answer:
        url = f"https://{request.headers.get('host', '')}{request.target}"
        now = utc_now()
        found: list[str] = []
        for wanted in self.one.requests:
            # A request that left just before midnight is as good.
            found = min(
                (
                    departures(wanted.on(sent_at), request.method, url, request.headers, request.body, ())
                    for sent_at in (now, now - _ON_THE_WAY)
                ),
                key=len,
            )
            if not found:
                good = wanted.answer or self.one.of_kind("good")
                assert good is not None
                return _sent(good)
        self.strange += found
        bad = self.one.of_kind("bad")
        return _sent(bad) if bad else Answer(401, b"{}")


def _sent(answer: Answered) -> Answer:
    return Answer(answer.status, answer.body, tuple(answer.headers.items()))
