"""The first answer again, for who repeats a POST or PUT since the answer was lost on the way."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.sha256 import hmac_sha256
from nexcred.server.call import Call, Reply
from nexcred.server.principal import Principal

KEPT_S = 60.0
MOST = 256


class Answer(NamedTuple):
    """What was answered, and the credential as it was written: by the id of its record, and its revision."""

    reply: Reply
    record: str
    revision: int

    def __repr__(self) -> str:
        return repr_of(self, "revision")


@dataclass(slots=True)
class _Asked:
    """One request; the second of two at once waits for the first."""

    until: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    answer: Answer | None = None


class RepeatedRequests:
    """Knows requests of the last minute by who asked and what they may, and by a keyed hash of the body: nothing of it
    is kept. A token that was made anew under the same name is another one, whose answer may have to tell less."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, *, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._asked: OrderedDict[tuple[Principal, bytes], _Asked] = OrderedDict()

    def answer(self, call: Call, path: str, act: Callable[[], Answer], is_current: Callable[[Answer], bool]) -> Reply:
        """Return the first answer while nobody has written to that credential since; else act, and remember."""
        asked = self._of(call, path)
        with asked.lock:
            first = asked.answer
            if first is None or self._clock() >= asked.until or not is_current(first):
                first = asked.answer = act()
                asked.until = self._clock() + KEPT_S
        return first.reply

    def _of(self, call: Call, path: str) -> _Asked:
        what = f"{call.method}\0{path}".encode()
        key = call.principal, hmac_sha256(self._key, len(what).to_bytes(4, "big") + what + call.body)
        with self._lock:
            asked = self._asked.pop(key, None) or _Asked(self._clock() + KEPT_S)
            self._asked[key] = asked
            if len(self._asked) > self._most:
                self._asked.popitem(last=False)
            return asked
