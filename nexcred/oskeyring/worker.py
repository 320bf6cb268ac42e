"""One thread that makes calls which may never return, and that nobody has to wait for."""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

T = TypeVar("T")


class WorkerReply(NamedTuple, Generic[T]):
    """What a call returned, or what it raised."""

    value: T | None
    error: Exception | None

    def __repr__(self) -> str:
        return repr_of(self)


class Worker:
    """Makes calls in order, all in the same thread: some keyring libraries insist on that.

    The thread is a daemon, so that a call which hangs holds up neither the caller nor the end of the program.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._thread: Thread | None = None

    def ask(self, call: Callable[[], T]) -> "Pending[T]":
        """Have a call made; its answer is fetched with `Pending.within`."""
        if self._thread is None:
            self._thread = Thread(target=self._work, name="keyring", daemon=True)
            self._thread.start()
        answers: SimpleQueue[WorkerReply[T]] = SimpleQueue()
        self._jobs.put(lambda: answers.put(_answer(call)))
        return Pending(answers)

    def _work(self) -> None:
        while True:
            self._jobs.get()()


class Pending(Generic[T]):
    """A call that was asked for."""

    def __init__(self, answers: "SimpleQueue[WorkerReply[T]]") -> None:
        self._answers = answers

    def within(self, seconds: float) -> WorkerReply[T] | None:
        """Return the answer, None when there is none yet after so long; it may be asked for again."""
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            return None


def _answer(call: Callable[[], T]) -> WorkerReply[T]:
    try:
        return WorkerReply(call(), None)
    except Exception as error:  # noqa: BLE001  handed over, not swallowed
        return WorkerReply(None, error)
