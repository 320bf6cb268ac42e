"""Something that goes on while a person looks at it: one thread works, requests read how far it has come."""

import logging
import threading
import traceback
from collections.abc import Callable
from typing import Literal

from nexcred.auth.authorization import Answer
from nexcred.errors import NexcredError
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.model.text import make_visible

JobKind = Literal["probe", "login", "rotation"]
JobState = Literal["running", "over", "failed"]
_LOG = logging.getLogger("nexcred")
_PATIENCE_S = 5.0


class JobLine(NamedTuple):
    """One thing that was done. `status` is a probe's, "" for none; `record` the id of the credential that it is of."""

    name: str
    said: str
    status: str = ""
    record: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "name", "status")


class Approval(NamedTuple):
    """Where a person approves, and the code to enter there; `can_paste` what that page ends on, where it is told so."""

    url: str
    host: str
    code: str = ""
    can_paste: bool = False

    def __repr__(self) -> str:
        return repr_of(self)


class PageJob:
    """`leads_to` is the screen that is next when it went well, "" for none; `back` the one that it came from."""

    def __init__(self, kind: JobKind, title: str, total: int, back: str) -> None:
        self.kind: JobKind = kind
        self.title, self.total, self.back = title, total, back
        self.leads_to = ""
        self.approval: Approval | None = None
        self.state: JobState = "running"
        self.said, self.hint = "", ""
        self.lines: list[JobLine] = []
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._over = threading.Event()
        self._ended = threading.Event()
        self._pasted: Answer | None = None

    def start(self, work: "Callable[[PageJob], str]") -> None:
        """Work in a thread of its own; what that returns is said at the end."""
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    def add(self, line: JobLine) -> None:
        with self._lock:
            self.lines.append(line)

    def ask_for(self, approval: Approval) -> None:
        """Let a person approve something, and whoever waits for that go on."""
        self.approval = approval
        self._ready.set()

    def wait_until_asked(self) -> None:
        """Wait until there is something to approve, or it has failed; not for long."""
        self._ready.wait(_PATIENCE_S)

    def paste(self, answer: Answer) -> None:
        self._pasted = answer

    @property
    def pasted(self) -> Answer | None:
        return self._pasted

    @property
    def is_given_up(self) -> bool:
        return self._ended.is_set()

    def give_up(self) -> None:
        """Have it end, and wait until it has, so that its port is free."""
        self._ended.set()
        self._over.wait(_PATIENCE_S)

    def seen(self, since: int) -> list[JobLine]:
        """Return the lines from that number on."""
        with self._lock:
            return self.lines[since:]

    def _run(self, work: "Callable[[PageJob], str]") -> None:
        state: JobState = "failed"
        try:
            self.said, state = work(self), "over"
        except NexcredError as error:
            self.said, self.hint = make_visible(error.message), error.hint
        except Exception as error:  # noqa: BLE001  told by its kind and place alone, as the edge does
            place = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("%s failed: %s at %s:%s", self.kind, type(error).__name__, place.filename, place.lineno)
            self.said = "the page failed at this; its log says where"
        finally:
            self.state = state
            self._ready.set()
            self._over.set()
