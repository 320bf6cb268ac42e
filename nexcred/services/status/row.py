"""A row of the board."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.vault.vault import Vault


class Trouble(StrEnum):
    """What a row is about, the worst first. A hint is about the vault, or many credentials at once."""

    REFUSED = "refused"
    EXPIRED = "expired"
    ENDING = "ending"
    DUE = "due"
    EXPOSED = "exposed"
    HALF_ROTATED = "half_rotated"
    CANDIDATE = "candidate"
    SUPERSEDED = "superseded"
    HINT = "hint"


# What `status --fail` ends with 7 for.
FAILING = (
    Trouble.REFUSED,
    Trouble.EXPIRED,
    Trouble.ENDING,
    Trouble.DUE,
    Trouble.EXPOSED,
    Trouble.HALF_ROTATED,
)


class BoardRow(NamedTuple):
    """One trouble, and the command that mends it. `name` is empty where it is of no single credential.

    `at` is when it began, or for an end when it is.
    """

    trouble: Trouble
    name: str
    detail: str
    command: str
    at: datetime | None = None

    def __repr__(self) -> str:
        return repr_of(self, "trouble", "name")


class Look(NamedTuple):
    """What the board is made of. `backed_up_at` is when a backup was last made from this machine."""

    vault: Vault
    credentials: Sequence[Credential]
    backed_up_at: datetime | None
    now: datetime

    def __repr__(self) -> str:
        return repr_of(self, "now")
