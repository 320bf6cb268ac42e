"""Whether the service can answer: for what starts it and looks after it."""

from nexcred.errors import NexcredError
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.endpoint import Endpoint
from nexcred.vault.vault import Vault
from nexcred.wire.health import HealthShape


def endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            "GET",
            "/healthz",
            "say whether the service can answer, and nothing else",
            _health,
            {200: HealthShape, 503: HealthShape},
            scheme="open",
        )
    ]


def _health(call: Call) -> Reply:
    """Tell nobody why not: who asks has proved nothing."""
    try:
        call.access.read(_look)
    except NexcredError:
        shape: HealthShape = {"status": "unavailable"}
        return json_reply(shape, 503, {"retry-after": "5"})
    shape = {"status": "ok"}
    return json_reply(shape)


def _look(vault: Vault) -> None:
    """Prove the newest state."""
    with vault.snapshot():
        pass
