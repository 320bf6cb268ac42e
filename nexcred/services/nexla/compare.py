"""Which credentials a Nexla has too, and which of them were changed here since."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from nexcred.errors import InvalidData, NexcredError
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.nexla.at_nexla import AtNexla
from nexcred.services.nexla.outgoing import type_at_nexla
from nexcred.services.nexla.push import matches
from nexcred.vault.vault import Vault

# current: Nexla's was written after the values here. newer_here: before. unknown: one of the times is not known.
NexlaState = Literal["current", "newer_here", "unknown", "missing", "several", "no_place"]


class AtBoth(NamedTuple):
    """One of the vault's, and those of Nexla with its name and type. `why` is why Nexla has no place for it."""

    credential: Credential
    credentials_type: str | None
    found: tuple[AtNexla, ...]
    changed_at: datetime | None
    why: str = ""

    @property
    def only(self) -> AtNexla | None:
        return self.found[0] if len(self.found) == 1 else None

    @property
    def state(self) -> NexlaState:
        if self.credentials_type is None:
            return "no_place"
        if self.only is None:
            return "several" if self.found else "missing"
        if self.only.updated_at is None or self.changed_at is None:
            return "unknown"
        return "newer_here" if self.changed_at > self.only.updated_at else "current"

    def __repr__(self) -> str:
        return repr_of(self, "credential")


def compare(vault: Vault, credentials: Sequence[Credential], found: Sequence[AtNexla]) -> list[AtBoth]:
    """Compare each with what Nexla shows; no value is opened."""
    with vault.snapshot():
        return [_compared(vault, one, found) for one in credentials]


def _compared(vault: Vault, credential: Credential, found: Sequence[AtNexla]) -> AtBoth:
    changed_at = _changed_at(vault, credential)
    try:
        kind = type_at_nexla(credential)
    except InvalidData as error:
        return AtBoth(credential, None, (), changed_at, error.message)
    return AtBoth(credential, kind, tuple(matches(found, credential.name, kind)), changed_at)


def _changed_at(vault: Vault, credential: Credential) -> datetime | None:
    """Return when the values were written; None where the record cannot be read."""
    try:
        return vault.history(credential)[0].at
    except NexcredError:
        return None
