"""A clock that is set by hand."""

from datetime import datetime

from tests.support.sample_vault import NOW


class Clock:
    """Shows NOW until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now
