"""One entry of a password manager: a name, and fields that the person named."""

from collections.abc import Iterable
from dataclasses import dataclass

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import Secret, repr_of

USERNAME, PASSWORD, TOTP, NOTES, URL = "username", "password", "totp", "notes", "url"


class EntryField(NamedTuple):
    """A value under the name that it has in the source. One that is not `public` is kept as a secret."""

    label: str
    value: Secret
    public: bool = False

    @property
    def text(self) -> str:
        """Return it as text; "" for bytes that are none."""
        value = self.value.reveal()
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source says of one secret. `kind` is its own word for what it is, "" where it has none.

    `path` is what the source's own program calls it, where that is more than its name. `renewed_by` names the program
    that renews what it holds by itself.
    """

    place: str
    name: str
    fields: tuple[EntryField, ...]
    kind: str = ""
    path: str = ""
    folder: str = ""
    tags: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    renewed_by: str = ""

    def __repr__(self) -> str:
        return repr_of(self, "place", "name")


def public(label: str, value: object) -> list[EntryField]:
    """Return a field that anybody may see; none for what is empty or no text."""
    return _fields(label, value, is_public=True)


def secret(label: str, value: object) -> list[EntryField]:
    """Return a field that is a secret; none for what is empty or no text."""
    return _fields(label, value, is_public=False)


def joined(parts: Iterable[list[EntryField]]) -> tuple[EntryField, ...]:
    return tuple(one for part in parts for one in part)


def _fields(label: str, value: object, *, is_public: bool) -> list[EntryField]:
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        value = str(value)
    if not isinstance(value, str | bytes) or not value:
        return []
    kept = Secret.from_bytes(value) if isinstance(value, bytes) else Secret(value)
    return [EntryField(label, kept, is_public)]
