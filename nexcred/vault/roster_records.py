"""The body of a roster entry `unshare`: the least versions of access lists, which end older ones."""

import base64
import struct
from collections.abc import Iterable, Iterator, Mapping

from nexcred.errors import Tampered
from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.identity import FINGERPRINT_BYTES
from nexcred.vault.plaintext import bytes_of, number, text, texts
from nexcred.vault.record import SALT_BYTES, record_id_of

MOST_RECORDS = 96
MOST_NAMED = 16
_RECORD = struct.Struct(">16sQ")


class Least(NamedTuple):
    """The least version of the access list of a record; with `owners_only`, its creator signs no list any more."""

    version: int
    owners_only: bool = False


class TakenOff(NamedTuple):
    """Who was taken off a record by the list of this version, and `before`: a chain, which grows in one step.

    It is a tuple of one or none, since a record compiles a type in quotes, which first takes as long as ten records.
    """

    version: int
    who: tuple[bytes, ...]
    before: tuple["TakenOff", ...]


class Ended(NamedTuple):
    """A record whose lists below `version` end: by an owner named by its id, by its creator by its salt."""

    id_or_salt: bytes
    version: int


def write_unshared(
    records: Iterable[Ended], taken_off: Iterable[bytes], *, creator: bytes | None = None, owners_only: bool = False
) -> dict[str, object]:
    """Return the body of an entry without its operation; `taken_off` are member ids.

    With a `creator` the records are named by their salts, which proves that they are that creator's. Raises ValueError
    for more people than one names.
    """
    packed = b"".join(_RECORD.pack(*record) for record in records)
    who = [one.hex() for one in dict.fromkeys(taken_off)]
    if len(who) > MOST_NAMED:  # who were left out would come back with a backup
        raise ValueError("an entry names at most so many")
    return {
        "records": base64.b64encode(packed).decode(),
        "who": who,
        **({} if creator is None else {"creator": creator.hex()}),
        **({"owners_only": True} if owners_only else {}),
    }


def read_unshared(body: Mapping[str, object]) -> Iterator[tuple[bytes, bytes, Least]]:
    """Yield record id, its creator where that is proved, and the least version; raise Tampered."""
    try:
        packed = base64.b64decode(text(body["records"]), validate=True)
        texts(body["who"])
        creator = bytes_of(body["creator"], FINGERPRINT_BYTES) if "creator" in body else None
    except (KeyError, TypeError, ValueError):
        raise Tampered("an entry of the roster is damaged") from None
    if len(packed) % _RECORD.size or not 0 < len(packed) <= MOST_RECORDS * _RECORD.size:
        raise Tampered("an entry of the roster is damaged")
    # Of a record that is named twice the last counts: or an entry could make as much work as it has room.
    for id_or_salt, version in dict(_RECORD.iter_unpack(packed)).items():
        if creator is not None:
            yield record_id_of(creator, id_or_salt), creator, Least(version)
        else:
            yield id_or_salt, b"", Least(version, owners_only=body.get("owners_only") is True)


def read_who(body: Mapping[str, object]) -> Iterator[bytes]:
    """Yield the ids of who was taken off; raise Tampered. Version 1 did not say."""
    try:
        for one in texts(body.get("who", [])):
            yield bytes_of(one, FINGERPRINT_BYTES)
    except (TypeError, ValueError):
        raise Tampered("an entry of the roster is damaged") from None


def read_first(body: Mapping[str, object]) -> Iterator[tuple[bytes, bytes, Least]]:
    """Do the same for version 1, where an entry names one record by its creator and salt."""
    try:
        creator = bytes_of(body["creator"], FINGERPRINT_BYTES)
        salt, version = bytes_of(body["salt"], SALT_BYTES), number(body["version"])
    except (KeyError, TypeError, ValueError):
        raise Tampered("an entry of the roster is damaged") from None
    yield record_id_of(creator, salt), creator, Least(version)
