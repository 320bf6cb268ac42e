"""What an engine of rotation does at its provider, one call at a time; between two of them something is committed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, Protocol

from nexcred.model.credential import Value
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import repr_of
from nexcred.network.deadline import Deadline

# add: old and new work side by side. change: one password, there is only the one. replace: the provider makes the new
# one and revokes the old one in the same call.
Kind = Literal["add", "change", "replace"]
# gone: the provider said that it is revoked. taken: that it will be. disabled: it can be undone; the next call ends it.
Ended = Literal["gone", "taken", "disabled"]


class LivingKey(NamedTuple):
    """A key that the provider lists. `id` is its name there, never a secret; times are UTC, None where not known."""

    id: str
    created_at: datetime | None = None
    used_at: datetime | None = None


class Planned(NamedTuple):
    """What is known before the provider hears of it.

    `fields` are the complete new values where the secret is made here, and are sealed before they are sent; None where
    the provider makes it. `living` are the keys that there are, None where the provider does not list them; `old` and
    `most` are the id of the one in use, where it is known, and how many there may be.
    """

    fields: Mapping[str, Value] | None
    living: tuple[LivingKey, ...] | None = None
    old: str | None = None
    most: int | None = None

    def __repr__(self) -> str:
        return repr_of(self, "living", "most")


class CallFailed(Exception):
    """A call to the provider did not do what it should.

    `is_unknown` is true where it may have been done all the same: the answer was lost. Never repeated blindly then.
    `status` is as a probe's. The detail has no secret in it, and is short.
    """

    def __init__(self, status: ProbeStatus, detail: str, *, is_unknown: bool = False) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.is_unknown = is_unknown


class Revoker(Protocol):
    """Ends a key, whether or not it can be replaced. Every Rotator is one."""

    def end(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> Ended:
        """Have the provider end the key that `old` has; safe to repeat. Raises CallFailed.

        `new` is what acts where the engine wants the new one to. Where there is none, it is `old` itself: of a database
        that ends the login.
        """
        ...


class Rotator(Protocol):
    """The calls for one credential. It is made with the present values, and those of whoever acts for it, if anybody.

    Every call keeps its deadline and raises CallFailed. Fields are always all the fields of the credential.
    """

    kind: Kind
    settles_s: int  # how long a new key may be refused at first, until it is known everywhere

    def plan(self, deadline: Deadline) -> Planned:
        """Look at what there is, and make the new values where they are made here. Changes nothing."""
        ...

    def create(self, planned: Mapping[str, Value] | None, deadline: Deadline) -> Mapping[str, Value]:
        """Have the provider make or take the new key; return the new values, complete.

        `planned` are those of `plan`, exactly as they were sealed. Calling it again with the same is harmless for a
        secret that is made here; where the provider makes it, each call makes one more.
        """
        ...

    def orphans(self, before: tuple[LivingKey, ...], deadline: Deadline) -> tuple[LivingKey, ...] | None:
        """Return keys made since `before` that could be ours: what a lost answer of `create` left. None: not listed."""
        ...

    def end_orphan(self, key: LivingKey, deadline: Deadline) -> Ended:
        """Have the provider revoke a key of which nobody knows the secret; safe to repeat."""
        ...

    def last_used(self, old: Mapping[str, Value], deadline: Deadline) -> datetime | None:
        """Return when the provider last saw the old key used; None where it does not say."""
        ...

    def end(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> Ended:
        """Have the provider end the old key, authenticated as the engine says; safe to repeat."""
        ...

    def undo(self, old: Mapping[str, Value], new: Mapping[str, Value], deadline: Deadline) -> None:
        """Make the old key good again where it was disabled or changed, and end the new one. Raise CallFailed."""
        ...
