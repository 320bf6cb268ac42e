"""A credential as Nexla's answers tell of it: never its secrets."""

from datetime import datetime

from nexcred.auth.timestamp import parse_timestamp
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

_OWN = frozenset({"owner", "admin"})


class AtNexla(NamedTuple):
    """`name` is None where a list leaves it out. What is `own` may be replaced: its role is owner or admin."""

    id: int
    name: str | None
    credentials_type: str
    is_own: bool
    updated_at: datetime | None
    verified_status: str | None

    def __repr__(self) -> str:
        return repr_of(self, "id", "name")


def read_at_nexla(document: object) -> AtNexla:
    """Read one of Nexla's answers; raise ValueError for what is none."""
    if not isinstance(document, dict):
        raise ValueError("it is no object")
    number, kind, name = document.get("id"), document.get("credentials_type"), document.get("name")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(kind, str):
        raise ValueError("it has no id and type")
    if not isinstance(name, str | None):
        raise ValueError("its name is no text")
    roles, verified = document.get("access_roles"), document.get("verified_status")
    return AtNexla(
        id=number,
        name=name,
        credentials_type=kind,
        is_own=isinstance(roles, list) and any(isinstance(role, str) and role in _OWN for role in roles),
        updated_at=parse_timestamp(document.get("updated_at")),
        verified_status=verified if isinstance(verified, str) else None,
    )
