"""What this machine has seen in the trash: since when each record lies there, by its own clock, and what leads to it.

Who goes through all records opens none of those: an overview is named by its digest, so that one which lay in the
trash says so for ever.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of

if TYPE_CHECKING:
    from nexcred.vault.memory import Memory

_MOST_MS = timedelta(days=7) // timedelta(milliseconds=1)
_DAY_MS = timedelta(days=1) // timedelta(milliseconds=1)


class Days(NamedTuple):
    """The days that count for the trash: those that this machine saw pass, in milliseconds since 1970.

    `counted_ms` is what they had come to when its clock showed `looked_ms`. Between two looks no more than a week
    counts: a clock that is years ahead for once must not end anything.
    """

    looked_ms: int
    counted_ms: int

    def until(self, now_ms: int) -> "Days":
        """Count on; a clock that was set back counts nothing."""
        return Days(now_ms, self.counted_ms + min(max(now_ms - self.looked_ms, 0), _MOST_MS))

    def are_to_be_kept(self, now_ms: int) -> bool:
        """True when a look at this time is worth remembering."""
        return not 0 <= now_ms - self.looked_ms < _DAY_MS


class Sighting(NamedTuple):
    """When a record was first seen in the trash, as days count, and the digest of its overview there."""

    first_ms: int
    overview: bytes


class Sightings(NamedTuple):
    """What was seen, by record id, and the days until the last look."""

    days: Days
    records: Mapping[bytes, Sighting]

    def __repr__(self) -> str:
        return repr_of(self, "days")


def none_seen(now_ms: int) -> Sightings:
    """Return what a machine knows that has seen nothing in the trash."""
    return Sightings(Days(now_ms, now_ms), {})


class TrashOnTheWay:
    """The trash, for who goes through all records: what is known of it is passed over, and what is new is kept."""

    def __init__(self, memory: "Memory", vault_id: bytes) -> None:
        self._memory = memory
        self._vault_id = vault_id
        self._before = memory.seen_in_trash(vault_id)
        self._seen: dict[bytes, Sighting] = {}

    @property
    def size(self) -> int:
        return len(self._seen)

    def without_known(self, overviews: Sequence[bytes]) -> list[bytes]:
        """Return the digests of overviews less those that are known to lie in the trash."""
        if self._before is None:
            return list(overviews)
        there = set(overviews)
        self._seen = {key: one for key, one in self._before.records.items() if one.overview in there}
        known = {one.overview for one in self._seen.values()}
        return [one for one in overviews if one not in known]

    def keep(self, found: Iterable[tuple[bytes, bytes]], now_ms: int) -> None:
        """Remember what was found, as record id and digest; forget what was not there any more."""
        before = self._before or none_seen(now_ms)
        days = before.days.until(now_ms)
        self._seen.update(_noted(found, before.records, days))
        if self._seen != before.records or (self._seen and before.days.are_to_be_kept(now_ms)):
            self._memory.keep_seen_in_trash(self._vault_id, Sightings(days, self._seen))


def note_thrown(memory: "Memory", vault_id: bytes, thrown: Mapping[bytes, bytes], now_ms: int) -> None:
    """Remember what was written to lie in the trash, by record id and digest."""
    before = memory.seen_in_trash(vault_id) or none_seen(now_ms)
    days = before.days.until(now_ms)
    records = {**before.records, **dict(_noted(thrown.items(), before.records, days))}
    memory.keep_seen_in_trash(vault_id, Sightings(days, records))


def _noted(
    found: Iterable[tuple[bytes, bytes]], before: Mapping[bytes, Sighting], days: Days
) -> Iterator[tuple[bytes, Sighting]]:
    """Yield what is to be remembered of records in the trash; what was seen before was seen then."""
    for record_id, overview in found:
        known = before.get(record_id)
        yield record_id, Sighting(days.counted_ms if known is None else known.first_ms, overview)
