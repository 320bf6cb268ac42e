"""Credentials to add to a vault, and changes to make to those in it."""

from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.model.credential import Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.vault.plaintext import Json

if TYPE_CHECKING:
    from nexcred.model.lifecycle import Policy
    from nexcred.vault.candidate import Candidate


class SharedWith(NamedTuple):
    """The ids of members and of teams."""

    members: tuple[bytes, ...] = ()
    teams: tuple[bytes, ...] = ()


NOBODY = SharedWith()


class NewRecord(NamedTuple):
    """A credential to add, with the tokens that it was granted already.

    It is `shared_with` these, and as the vault's settings say, unless it `is_private`.
    """

    name: str
    description: str
    tags: tuple[str, ...]
    details: Details
    probe: ProbeResult | None = None
    expires_at: datetime | None = None
    session: Json | None = None
    is_private: bool = False
    policy: "Policy | None" = None
    shared_with: SharedWith = NOBODY

    def __repr__(self) -> str:
        return repr_of(self, "name")


class Changes(NamedTuple):
    """What is to change; None keeps. New details bring their own probe result, expiry and tokens, or none.

    A `candidate` is kept beside the present details, in place of the one that there is; it `ends` by itself, too.
    A `policy` takes the place of the whole one: `NO_POLICY` ends it.
    """

    name: str | None = None
    description: str | None = None
    tags: tuple[str, ...] | None = None
    details: Details | None = None
    probe: ProbeResult | None = None
    expires_at: datetime | None = None
    session: Json | None = None
    candidate: "Candidate | None" = None
    ends_candidate: bool = False
    policy: "Policy | None" = None

    def __repr__(self) -> str:
        return repr_of(self, "name")


def changed_fields(before: Details, after: Details) -> tuple[str, ...]:
    """Name what differs between two revisions of the values."""
    names = dict.fromkeys([*before.fields, *after.fields])
    changed = [name for name in names if before.fields.get(name) != after.fields.get(name)]
    if before.connector != after.connector:
        changed.append("connector")
    if before.method != after.method:
        changed.append("method")
    if before.allowed_hosts != after.allowed_hosts:
        changed.append("allowed_hosts")
    return tuple(changed)
