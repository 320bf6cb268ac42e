"""Why the keyring of the operating system is of no use just now."""

from enum import Enum, auto


class KeyringFailure(Enum):
    """What went wrong, for whoever has another way: only ABSENT is nothing to speak of."""

    ABSENT = auto()  # this machine has no keyring that nexcred knows
    REFUSED = auto()  # the one that was configured is not on the list
    LOCKED = auto()
    SILENT = auto()  # no answer in time
    DIFFERENT = auto()  # what is read back is not what was written
    TOO_LONG = auto()
    FAILED = auto()


class KeyringUnavailable(Exception):
    """`reason` is a clause for a message, such as "the keyring is locked"; it never holds what was to be kept."""

    def __init__(self, failure: KeyringFailure, reason: str) -> None:
        super().__init__(reason)
        self.failure = failure
        self.reason = reason
