"""How many of a great many moments, bytes and examples are tried: some by `make test`, all by `make soak`."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
ALL = bool(os.environ.get("NEXCRED_TRY_ALL"))


def one_in(usual: int, things: Iterable[T], begin: int = 0) -> Iterator[T]:
    """Yield one in so many, from the one at `begin` on, or all."""
    return iter(things) if ALL else islice(things, begin % usual, None, usual)


def examples(usual: int) -> int:
    """Return how many examples hypothesis makes: so many, or 50 times that."""
    return 50 * usual if ALL else usual
