"""What is shared with somebody and not sealed to them yet: it opens once somebody who holds it completes it."""

from collections.abc import Iterable, Iterator

from nexcred.services.doctor.check import Check, Status

NAME = "waiting"
_MOST = 20


def check_waiting(told: Iterable[str]) -> Iterator[Check]:
    """Name each; nothing where nobody waits. What is told says who completes it, and how."""
    lines = list(told)
    for line in lines[:_MOST]:
        yield Check(NAME, Status.WARNING, line, "")
    if len(lines) > _MOST:
        yield Check(NAME, Status.WARNING, f"and {len(lines) - _MOST} more wait for that", "")
