"""When somebody who is known last asked for something."""

from collections.abc import Callable, Iterable

from nexcred.server.call import Call, Reply
from nexcred.server.endpoint import Endpoint, Handler


class Activity:
    """A moment of `clock`; requests that nobody had to prove do not count, lest a health check keeps it awake."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.last = clock()

    def noticed(self, endpoints: Iterable[Endpoint]) -> list[Endpoint]:
        """Return the endpoints such that each request to one that is not open counts."""
        return [one if one.scheme == "open" else one._replace(handle=self._noticing(one.handle)) for one in endpoints]

    def _noticing(self, handle: Handler) -> Handler:
        def noticing(call: Call) -> Reply:
            self.last = self._clock()
            return handle(call)

        return noticing
