"""What a source holds, before it is known whether it can be added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from nexcred.errors import InvalidData
from nexcred.model.named_tuple import NamedTuple
from nexcred.nexla.data_credentials import MOST_BODIES


@dataclass(frozen=True, slots=True)
class ImportCandidate:
    """One credential as its source says it. `place` is where it stands there, such as "item 3" or "line 12".

    `left_out` names what the source says beside it that nexcred does not keep, `assumed` what it leaves to the tool,
    `public` those of the fields that the credential names itself which are no secrets, `notes` say what else is.
    `path` is what its own tool calls it, and `plain_name` its name before it was told apart from others of that name,
    where either is another than the name. `renewed_by` names the tool that renews these values by itself. `variables`
    are those that hold one value each, and the fields that they became.
    """

    place: str
    connector: str
    values: Mapping[str, object] = field(repr=False)
    name: str | None = None
    method: str | None = None
    description: str = ""
    tags: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    public: tuple[str, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = ()
    path: str = field(default="", repr=False)
    plain_name: str = field(default="", repr=False)
    renewed_by: str = field(default="", repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One that the source holds and nexcred cannot take; `problem` is a clause without a value in it.

    What `concerns_all` of a source, such as a file that it includes, is in the way of each of its credentials.
    """

    place: str
    problem: str
    name: str = ""
    connector: str = ""
    concerns_all: bool = False


class Reading(NamedTuple):
    """What was read. `unused` names what belongs to no credential that nexcred knows of; `notes` say what else is."""

    found: Sequence[ImportCandidate | Unreadable]
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Iterable[ImportCandidate | Unreadable]) -> "Reading":
        """Read all, one after the other; raise InvalidData when they are more than make sense."""
        some = list(islice(found, MOST_BODIES + 1))
        if len(some) > MOST_BODIES:
            raise InvalidData(f"the file holds more than {MOST_BODIES:,} credentials", hint="import it in parts")
        return cls(some)

    def without_renewed(self) -> "Reading":
        """Leave out what its own tools renew, and name it: a copy here would end, or end the one that is in use."""
        renewed = [one for one in self.found if isinstance(one, ImportCandidate) and one.renewed_by]
        if not renewed:
            return self
        named = ", ".join(f"{one.name} ({one.renewed_by} renews it)" for one in renewed)
        kept = [one for one in self.found if one not in renewed]
        return self._replace(found=kept, notes=(*self.notes, f"left out without --with-tokens: {named}"))
