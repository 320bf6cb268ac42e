"""Places on a network where the vaults of the numbered cases lie when they do not lie in memory.

A test goes on to change `MemoryStore.tables` behind the vault's back. What it changes is laid at the place past every
check of the store's, as whoever runs the place could, and what the vault writes there shows in the tables.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Protocol

from nexcred.vault.store import Store


class Place(Protocol):
    """Somewhere one vault can lie."""

    def open(self, machine: str) -> Store:
        """Open the vault there anew, as a process on this machine does."""

    def lay(self, tables: "Tables") -> None:
        """Let there be exactly these bytes."""

    def taken(self) -> "Tables":
        """Return the bytes that are there."""


@dataclass
class Tables:
    """Everything a vault consists of. Tests change it behind the vault's back."""

    heads: dict[int, bytes] = field(default_factory=dict)
    tree: bytes = b""
    leaves: dict[int, bytes] = field(default_factory=dict)
    access: tuple[bytes, ...] = ()
    chain: tuple[bytes, ...] = ()
    roster: tuple[bytes, ...] = ()
    slots: tuple[bytes, ...] = ()
    items: dict[bytes, bytes] = field(default_factory=dict)
    far: "FarTables | None" = field(default=None, compare=False, repr=False)

    def copy(self) -> "Tables":
        """Return the same bytes, which lie nowhere yet."""
        copy = Tables()
        copy.hold(self)
        return copy

    def hold(self, others: "Tables") -> None:
        for one in fields(Tables):
            if one.name != "far":
                value = getattr(others, one.name)
                setattr(self, one.name, dict(value) if isinstance(value, dict) else value)


class FarTables:
    """What lies at one place, and the tables by which tests look at it."""

    def __init__(self, place: Place, tables: Tables) -> None:
        self.place = place
        self._shown = tables
        self._laid = Tables()
        self._was_written = False

    def show(self, tables: Tables) -> None:
        """Let these tables be as the place is now, unless others were laid there since."""
        if self._was_written and tables is self._shown:
            tables.hold(self.place.taken())
            self._laid, self._was_written = tables.copy(), False

    def settle(self, tables: Tables) -> None:
        """Let the place be as these tables are now."""
        if tables is self._shown if self._was_written else tables == self._laid:
            return
        self.place.lay(tables)
        self._shown, self._laid, self._was_written = tables, tables.copy(), False

    def is_now(self, tables: Tables) -> None:
        """Take these tables for what the place holds."""
        self._laid = tables.copy()

    def was_written(self) -> None:
        self._was_written = True


class Counted:
    """Makes places, and counts them."""

    def __init__(self, make: Callable[[], Place]) -> None:
        self._make = make
        self.made = 0

    def __call__(self) -> Place:
        self.made += 1
        return self._make()


_makers: list[Counted] = []


@contextmanager
def vaults_lie_at(make: Callable[[], Place]) -> Iterator[Counted]:
    """Let every vault that a test makes lie at a place of its own."""
    _makers.append(Counted(make))
    try:
        yield _makers[-1]
    finally:
        _makers.pop()


def found_a_place(tables: Tables) -> None:
    """Give tables a place, where vaults lie at one."""
    if tables.far is None and _makers:
        tables.far = FarTables(_makers[-1](), tables)
