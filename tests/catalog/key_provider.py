"""A provider that is asked about keys: it answers each request in its turn, and keeps what was not as documented."""

from collections.abc import Mapping, Sequence

from tests.catalog.strict import departures
from tests.catalog.table import Answered, Wanted
from tests.support.standins.exchange import Answer, Fault, Received, Script
from tests.support.standins.server import StandIn


class KeyProvider(StandIn):
    """Plays what `play` was given. Instead of the answer of one of its requests, a fault may come."""

    name = "key provider"

    def play(self, script: Sequence[tuple[Wanted, Answered]], faults: Mapping[int, Fault] | None = None) -> None:
        """Begin anew with these requests, in their order; `faults` are by the number of the request."""
        self.received.clear()
        self.strange: list[str] = []
        self._script, self._faults = script, faults or {}
        self.fault = self._instead

    def answer(self, request: Received) -> Answer:
        number = len(self.received) - 1
        if number >= len(self._script):
            self.strange.append(f"a request too many: {request.method} {request.path}")
            return Answer(500)
        wanted, answered = self._script[number]
        url = f"https://{request.headers.get('host', '')}{request.target}"
        self.strange += departures(wanted, request.method, url, request.headers, request.body, ())
        return Answer(answered.status, answered.body, tuple(answered.headers.items()))

    def _instead(self, request: Received, proper: Answer) -> Answer | Script:
        fault = self._faults.get(len(self.received) - 1)
        return fault(request, proper) if fault else proper
