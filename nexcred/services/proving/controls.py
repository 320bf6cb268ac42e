"""What an endpoint said to a made-up secret: asked once for many credentials, since who sends many is shut out."""

from collections.abc import Callable, Hashable
from threading import Lock

from nexcred.auth.flow import Verdict
from nexcred.connectors.language.spec import Method
from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.network.deadline import Deadline
from nexcred.probing.control import is_decisive


class Controls:
    """Answers by endpoint; threads may share them. What tells nothing, such as a failure, is asked again."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, Verdict] = {}
        self._turns: dict[Hashable, Lock] = {}
        self._guard = Lock()

    def ask_once(self, key: Hashable, ask: Callable[[], Verdict], deadline: Deadline) -> Verdict:
        """Return the answer that is known, or else ask; who comes meanwhile waits for it, up to his deadline."""
        with self._guard:
            turn = self._turns.setdefault(key, Lock())
        has_turn = turn.acquire(timeout=deadline.remaining_s())
        try:
            known = self._answers.get(key)
            if known is not None:
                return known
            answer = ask()
            if is_decisive(answer):
                self._answers[key] = answer
            return answer
        finally:
            if has_turn:
                turn.release()


def endpoint_of(method: Method, details: Details, *, has_session: bool) -> Hashable:
    """Return what tells endpoints apart: the way of the connector, all values that are no secrets, names of secrets."""
    shown = tuple(
        sorted((name, "" if isinstance(value, Secret) else str(value)) for name, value in details.fields.items())
    )
    return details.connector, details.digest, method.name, details.allowed_hosts, shown, has_session
