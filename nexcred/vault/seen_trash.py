"""What this machine has seen in the trash: since when each record lies there, by its own clock, and what leads to it.

Who goes through all records opens none of those: an overview is named by its digest, so that one which lay in the
trash says so for ever.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from nexcred.model.named_tuple import NamedTuple
from nexcred.vault.memory import Memory


class Sighting(NamedTuple):
    """When a record was first seen in the trash, in milliseconds since 1970, and the digest of its overview there."""

    first_ms: int
    overview: bytes


# By record id.
Sightings = Mapping[bytes, Sighting]


class TrashOnTheWay:
    """The trash, for who goes through all records: what is known of it is passed over, and what is new is kept."""

    def __init__(self, memory: Memory, vault_id: bytes) -> None:
        self._memory = memory
        self._vault_id = vault_id
        self._before = memory.seen_in_trash(vault_id)
        self._seen: dict[bytes, Sighting] = {}

    @property
    def size(self) -> int:
        return len(self._seen)

    def without_known(self, overviews: Sequence[bytes]) -> list[bytes]:
        """Return the digests of overviews less those that are known to lie in the trash."""
        if not self._before:
            return list(overviews)
        there = set(overviews)
        self._seen = {key: one for key, one in self._before.items() if one.overview in there}
        known = {one.overview for one in self._seen.values()}
        return [one for one in overviews if one not in known]

    def keep(self, found: Iterable[tuple[bytes, bytes]], now_ms: int) -> None:
        """Remember what was found, as record id and digest; forget what was not there any more."""
        self._seen.update(_noted(found, self._before, now_ms))
        if self._seen != self._before:
            self._memory.keep_seen_in_trash(self._vault_id, self._seen)


def note_thrown(memory: Memory, vault_id: bytes, thrown: Mapping[bytes, bytes], now_ms: int) -> None:
    """Remember what was written to lie in the trash, by record id and digest."""
    before = memory.seen_in_trash(vault_id)
    memory.keep_seen_in_trash(vault_id, {**before, **dict(_noted(thrown.items(), before, now_ms))})


def _noted(found: Iterable[tuple[bytes, bytes]], before: Sightings, now_ms: int) -> Iterator[tuple[bytes, Sighting]]:
    """Yield what is to be remembered of records in the trash; what was seen before was seen then."""
    for record_id, overview in found:
        known = before.get(record_id)
        yield record_id, Sighting(now_ms if known is None else known.first_ms, overview)
