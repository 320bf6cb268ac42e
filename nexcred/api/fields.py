"""The values of a credential, as a mapping that does not show them."""

from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn

from nexcred.errors import FieldNotFound, InvalidData
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible


class NoSuchField(FieldNotFound, KeyError):
    """A KeyError too, as a mapping owes it."""

    def __str__(self) -> str:
        return self.message


class Fields(Mapping[str, str]):
    """Each value as text, defaults included: what is secret is shown by nothing but reading it.

    Raises errors.FieldNotFound, which is a KeyError here, and errors.InvalidData for a value that is no text.
    """

    def __init__(self, name: str, values: Mapping[str, Value], note: Callable[[str], None]) -> None:
        self._name = name
        self._values = values
        self._note = note

    def __getitem__(self, field: str) -> str:
        try:
            return self.read_bytes(field).decode()
        except UnicodeDecodeError:
            raise InvalidData(f"{field} of '{self._name}' is binary", hint="read it with fields.read_bytes()") from None

    def read_bytes(self, field: str) -> bytes:
        """Return a value as the bytes that were given."""
        value = self._values.get(field)
        if value is None:
            meant = suggest(str(field), self._values)
            raise NoSuchField(
                f"'{self._name}' has no field '{make_visible(str(field)[:64])}'",
                hint=f"did you mean '{meant}'?" if meant else f"it has: {', '.join(self._values)}",
            )
        self._note(field)
        return value.reveal_bytes() if isinstance(value, Secret) else str(value).encode()

    def __contains__(self, field: object) -> bool:
        return field in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return make_visible(f"<Fields of '{self._name}': {', '.join(self._values)}>")

    def __reduce__(self) -> NoReturn:
        raise TypeError("the values of a credential are not pickled")
