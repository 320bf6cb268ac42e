"""How to probe many."""

from datetime import timedelta

from nexcred.errors import InvalidData
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S

DEFAULT_JOBS = 16
DEFAULT_PER_PLACE = 4


class ProbeOptions:
    """How to probe: `jobs` at once, and as many to one host, where they were asked for (None is a modest number).

    `max_age` takes a result that is younger instead of asking.
    `leave_withheld` leaves out what is not shared with this identity, where that was not asked for by name.
    """

    __slots__ = ("control", "jobs", "leave_withheld", "max_age", "timeout_s")

    def __init__(
        self,
        jobs: int | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
        max_age: timedelta | None = None,
        *,
        control: bool = False,
        leave_withheld: bool = False,
    ) -> None:
        """Raise InvalidData. No dataclass: for this one alone a probe would import what makes them."""
        if jobs is not None and not 1 <= jobs <= 256:
            raise InvalidData("--jobs takes a number from 1 to 256")
        if not 0 < timeout_s <= 3600:
            raise InvalidData("--timeout takes a number of seconds above 0, up to 3600")
        self.jobs = jobs
        self.timeout_s = timeout_s
        self.max_age = max_age
        self.control = control
        self.leave_withheld = leave_withheld
