"""A reading whose transaction stays open for the next one: opening a vault, and reading from it, are one view then.

Nobody may come for it: then the line is cut after a moment, and the server ends what it holds for it.
"""

import os
import weakref

from nexcred.stores.postgresql.snapshot import PostgresSnapshot
from nexcred.stores.postgresql.view import View

_WAITS_S = 2.0
Reading = tuple[PostgresSnapshot, View]


class HandedOn:
    """At most one reading, for whoever comes first; of no use to a process that was forked off."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, Reading]] = []
        weakref.finalize(self, _let_go, self._kept)

    def put(self, reading: Reading) -> None:
        self.end()
        reading[1].wait(_WAITS_S)
        self._kept.append((os.getpid(), reading))

    def take(self) -> Reading | None:
        """Return it to read on; None where there is none, or its line has ended."""
        try:
            owner, reading = self._kept.pop()
        except IndexError:
            return None
        return reading if owner == os.getpid() and reading[1].goes_on() else None

    def end(self) -> None:
        reading = self.take()
        if reading is not None:
            reading[1].end()


def _let_go(kept: list[tuple[int, Reading]]) -> None:
    for owner, reading in kept:
        if owner == os.getpid():
            reading[1].let_go()
