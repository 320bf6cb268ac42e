"""A credential as people name it, and the values that open it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.model.secret import Secret, repr_of

if TYPE_CHECKING:
    from nexcred.model.lifecycle import Policy, Terms

# A field's value: an int for kind `int`, a Secret where the field is secret, else text.
Value = str | int | Secret
MAX_SECRET_BYTES = 512 * 1024


class Person(NamedTuple):
    """A member of the vault. `id` is the fingerprint in hex."""

    id: str
    full_name: str
    email: str | None = None


class Organisation(NamedTuple):
    """A vault, as the seed calls it. `id` is the vault id in hex."""

    id: str
    name: str
    email_domain: str | None = None


class Credential(NamedTuple):
    """What every member sees: all but the secrets.

    `version` counts revisions of the values (the seed's credentials_version); `revision` counts every write. Any member
    may have written the `policy`: what decides goes by `Vault.policy`. `expires_at` is the nearest of its ends; where
    more than its provider may say one, the `terms` name them all. `has_rotation` says that a new value, or a
    rotation that goes on, is kept beside the present ones.
    """

    id: str
    name: str
    connector: str
    method: str
    description: str
    tags: tuple[str, ...]
    public: Mapping[str, str | int]
    secret_fields: tuple[str, ...]
    allowed_hosts: tuple[str, ...]
    owner: Person
    organisation: Organisation
    access_roles: tuple[str, ...]
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime
    changed: tuple[str, ...] = ()
    probe: ProbeResult | None = None
    expires_at: datetime | None = None
    policy: "Policy | None" = None
    terms: "Terms | None" = None
    has_rotation: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "id", "name", "connector", "method", "version", "revision")


class Details(NamedTuple):
    """What the recipients of a credential hold. Whatever is sent or used comes from here, never from the overview.

    `hosts` are those that its connector declared when it was saved, placeholders unfilled: a connector that declares
    others later gets no yes from that. None where they were not kept. `names_by` is the member id in hex of who named
    the fields, where the connector lets a credential name them; None is whoever writes the values, or reads his own.
    """

    connector: str
    digest: str
    method: str
    allowed_hosts: tuple[str, ...]
    fields: Mapping[str, Value]
    hosts: tuple[str, ...] | None = None
    names_by: str | None = None

    @property
    def secret_fields(self) -> tuple[str, ...]:
        return tuple(name for name, value in self.fields.items() if isinstance(value, Secret))

    @property
    def public(self) -> dict[str, str | int]:
        return {name: value for name, value in self.fields.items() if not isinstance(value, Secret)}

    @property
    def secrets(self) -> frozenset[Secret]:
        """The secrets, whatever their fields are called: a key that moved to another field is the same key."""
        return frozenset(value for value in self.fields.values() if isinstance(value, Secret) and value.size)

    def __repr__(self) -> str:
        return repr_of(self, "connector", "method")
