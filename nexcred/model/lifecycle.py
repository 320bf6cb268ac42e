"""The terms of a key's life: when it is to end or be replaced, who knows it still, and what became of former ones."""

from datetime import datetime
from typing import Literal

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

# The longest that a default, or how often to rotate, may say.
MAX_DAYS = 36_500

# alive: accepted when it was last asked. revoked: told to end, or refused, which is not proved yet. dead:
# refused three times over the time that the provider needs. gone: dead by the provider's word, since asking harms.
FormerState = Literal["alive", "revoked", "dead", "gone"]
ExposureReason = Literal["left", "unshared", "restored", "leaked"]


class Former(NamedTuple):
    """What is known of a former revision whose secret was another. Times are UTC.

    `refused_at` are the refusals since it was last accepted, oldest first; `outlives_until` is when what was issued
    with it ends at the latest.
    """

    revision: int
    state: FormerState
    asked_at: datetime | None = None
    revoked_at: datetime | None = None
    refused_at: tuple[datetime, ...] = ()
    outlives_until: datetime | None = None


class Exposure(NamedTuple):
    """Somebody has the secret of this revision who should not, or no longer: until that revision is dead, or cleared.

    `why` is `left`, `unshared`, `restored` or `leaked`. `who` is a member id in hex and `name` what they were called;
    both are empty where nobody is known. `reason` is in a person's own words, and `by` the member id of who said so.
    `cleared_reason` is why it counts no more, said by `cleared_by`.
    """

    revision: int
    why: ExposureReason
    at: datetime
    who: str = ""
    name: str = ""
    reason: str = ""
    by: str = ""
    cleared_at: datetime | None = None
    cleared_by: str = ""
    cleared_reason: str = ""

    @property
    def is_cleared(self) -> bool:
        return self.cleared_at is not None

    def __repr__(self) -> str:
        return repr_of(self, "revision", "why")


class Policy(NamedTuple):
    """What was entered for a credential, beside its values: part 6 of its record, which all members see.

    `expires_at` is the end that a person entered; `never_expires` that a default of the vault does not hold for it.
    `rotate_every_days` is how old a secret may become, 0 that no default holds, None as the vault's settings say.
    `rotator` is the record id in hex of the credential that may create and end keys for it.
    """

    expires_at: datetime | None = None
    never_expires: bool = False
    rotate_every_days: int | None = None
    rotator: str = ""
    exposures: tuple[Exposure, ...] = ()
    former: tuple[Former, ...] = ()

    @property
    def superseded(self) -> tuple[Former, ...]:
        """The former secrets that may still work."""
        return tuple(one for one in self.former if one.state in ("alive", "revoked"))

    @property
    def exposed(self) -> tuple[Exposure, ...]:
        """The exposures that count: those of secrets that are not dead, but for those that were cleared."""
        return tuple(one for one in self.exposures if not one.is_cleared and not self.is_dead(one.revision))

    def is_dead(self, revision: int) -> bool:
        """True for a former secret that is proved dead, or dead by its provider's word."""
        return any(one.revision == revision and one.state in ("dead", "gone") for one in self.former)

    def __repr__(self) -> str:
        return repr_of(self, "expires_at", "rotate_every_days")


NO_POLICY = Policy()


class Terms(NamedTuple):
    """When a credential ends, by whom, and when its secret is due for another one; None is what nobody says.

    `provided_at` is the end that its provider names, or it itself; `entered_at` what a person entered for it;
    `default_at` what the vault's settings say where nobody did. `is_rotate_default` is true where those say how often.
    """

    provided_at: datetime | None = None
    entered_at: datetime | None = None
    default_at: datetime | None = None
    rotate_every_days: int | None = None
    is_rotate_default: bool = False
    due_at: datetime | None = None

    @property
    def ends_at(self) -> datetime | None:
        """The nearest of its ends."""
        ends = (self.provided_at, self.entered_at, self.default_at)
        return min((end for end in ends if end is not None), default=None)
