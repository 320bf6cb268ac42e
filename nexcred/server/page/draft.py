"""What somebody typed and has not saved yet: in memory alone, and never sent back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nexcred.model.probe import ProbeResult
from nexcred.model.secret import repr_of
from nexcred.services.credentials.draft import NewCredential
from nexcred.services.credentials.update import Prepared


@dataclass(frozen=True, slots=True)
class TypedValues:
    """`given` are the values by field, secrets as such; `public` those of the fields with names of their own that may
    be seen. `notes` are what was changed about what was pasted; `anew` names the secrets that are to be typed anew."""

    given: Mapping[str, object] = field(default_factory=dict)
    public: tuple[str, ...] = ()
    allow_hosts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    anew: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return repr_of(self)


@dataclass(frozen=True, slots=True)
class Draft:
    """A credential to come. `new` is that checked, None while it is not whole; `result` what its provider said."""

    connector: str
    method: str
    name: str
    description: str = ""
    tags: str = ""
    is_private: bool = False
    typed: TypedValues = field(default_factory=TypedValues)
    new: NewCredential | None = None
    result: ProbeResult | None = None

    def __repr__(self) -> str:
        return repr_of(self, "connector", "method")


@dataclass(frozen=True, slots=True)
class EditDraft:
    """Other values for the credential with this id, as it was at this version of its values.

    `kept` names the secrets that stay, which are in the vault alone. `prepared` is the change checked, `result` what
    its provider said.
    """

    record: str
    version: int
    typed: TypedValues
    kept: tuple[str, ...]
    prepared: Prepared | None = None
    result: ProbeResult | None = None

    def __repr__(self) -> str:
        return repr_of(self, "version")
