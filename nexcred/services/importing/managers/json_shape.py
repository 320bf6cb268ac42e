"""Reading JSON that somebody else shaped: what is not as expected is not there."""

from collections.abc import Iterator, Mapping
from typing import Any

from nexcred.errors import InvalidData
from nexcred.model import strict_json

# As values of Python's, bytes of JSON take twenty times the room.
_MOST_VALUES = 8_000_000


def read_json(data: bytes, what: str) -> object:
    """Decode one document; raise InvalidData, whose message names no value."""
    if sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        raise InvalidData(f"{what} holds more than {_MOST_VALUES:,} values", hint="import it in parts")
    try:
        return strict_json.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except ValueError as error:
        raise InvalidData(f"{what} is not JSON: {error}") from None


def object_of(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def objects_of(value: object) -> Iterator[Mapping[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else iter(())


def text_of(value: object) -> str:
    return value if isinstance(value, str) else ""
