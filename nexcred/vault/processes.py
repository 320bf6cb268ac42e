"""Work on many records in several processes: opening one is all arithmetic, which threads of Python do not share."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Generic, TypeVar

from nexcred.vault.worthwhile import is_worthwhile

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_processes(items: Sequence[Item], work: Callable[[Sequence[Item]], Result]) -> list[Result]:
    """Return `work` of consecutive parts of the items, in order; what it returns is pickled.

    A part whose process dies or fails is worked on again here, so that its error is raised as it would be without.
    """
    parts = _parts(items, _processors() if is_worthwhile(len(items)) else 1)
    children = _started(parts[1:], work)
    try:
        first = work(parts[0])
        return [first, *(child.result() for child in children)]
    finally:
        for child in children:
            child.end()


def while_others_work(
    items: Sequence[Item], work: Callable[[Sequence[Item]], Result], *, own: int, others: int
) -> Generator[tuple[Sequence[Item], Result | None], None, None]:
    """Yield consecutive parts of the items: one to go through at once, then each that other processes worked on.

    With the first comes None, since nobody worked on it: it is for this process, whose `own` share is to that of each
    of the `others` as what each does in the same time. All of them are in the first part where other processes are not
    worth it, or there is one processor.
    """
    count = _processors() if is_worthwhile(len(items)) else 1
    first = len(items) * own // (own + others * (count - 1))
    children = _started(_parts(items[first:], count - 1), work) if count > 1 else []
    try:
        yield items[:first], None
        for child in children:
            yield child.part, child.result()
    finally:
        for child in children:
            child.end()


def _started(parts: Sequence[Sequence[Item]], work: Callable[[Sequence[Item]], Result]) -> "list[_Child[Item, Result]]":
    children: list[_Child[Item, Result]] = []
    for part in parts:
        children.append(_Child(part, work, [child.reading for child in children]))
    return children


def _parts(items: Sequence[Item], count: int) -> list[Sequence[Item]]:
    size = -(-len(items) // count) or 1
    return [items[start : start + size] for start in range(0, len(items), size)] or [items]


def _processors() -> int:
    # Forking is safe for one thread alone, and on macOS not even then.
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), 8)


class _Child(Generic[Item, Result]):
    """A forked process that works on one part and writes its result into a pipe."""

    def __init__(self, part: Sequence[Item], work: Callable[[Sequence[Item]], Result], others: Sequence[int]) -> None:
        """`others` are the ends that are read of those that were started before."""
        self.part = part
        self._again: Callable[[], Result] = lambda: work(part)
        self._reading, writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            # Whoever held it here too would wait for ever to be read, once nobody else does.
            for reading in (*others, self._reading):
                os.close(reading)
            _work_and_exit(self._again, writing)
        os.close(writing)

    def result(self) -> Result:
        import pickle

        with os.fdopen(self._reading, "rb") as pipe:
            self._reading = -1
            data = pipe.read()
        if not self._succeeded():
            return self._again()
        made: Result = pickle.loads(data)  # noqa: S301 - written by our own fork
        return made

    @property
    def reading(self) -> int:
        return self._reading

    def end(self) -> None:
        """Leave neither a pipe nor a process behind: one whose result is not wanted is not waited for."""
        if self._reading >= 0:
            os.close(self._reading)
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
        self._succeeded()

    def _succeeded(self) -> bool:
        if not self._pid:
            return False
        pid, self._pid = self._pid, 0
        return os.waitpid(pid, 0)[1] == 0


def _work_and_exit(work: Callable[[], object], writing: int) -> None:
    code = 1
    try:
        import pickle

        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(work(), pipe, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)  # also for Ctrl-C and a reader that is gone: nothing of the parent's may run or be flushed here
