"""One thing that was looked at."""

from collections.abc import Callable, Iterable
from enum import Enum

from nexcred.errors import NexcredError
from nexcred.local.files import reason
from nexcred.model.named_tuple import NamedTuple


class Status(Enum):
    """A warning is worth knowing; a problem keeps something from working, or is unsafe."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Check(NamedTuple):
    """What was looked at, how it is, and in `hint` the command that mends it."""

    name: str
    status: Status
    detail: str
    hint: str = ""


def look(name: str, find: Callable[[], Iterable[Check]]) -> list[Check]:
    """Make the checks of one group; what it raises is a problem too."""
    try:
        return list(find())
    except NexcredError as error:
        return [Check(name, Status.PROBLEM, error.message, error.hint)]
    except OSError as error:
        return [Check(name, Status.PROBLEM, f"it cannot be looked at: {reason(error)}")]
