"""Finding any of several texts, and where one of them may have begun."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, compress
from operator import itemgetter, le

from ahocorasick_rs import BytesAhoCorasick, Implementation

_START, _END = itemgetter(1), itemgetter(2)
# The beginning of a text by which it is found where it is not whole yet; a shorter end is looked up.
_BEGINNING = 8


class Finder:
    """Finds each place of each text, in a time that does not depend on how many they are and how long."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        self._texts = _automaton(texts)
        self._longest = max(map(len, texts), default=0)
        self._short = [{text[:length] for text in texts if len(text) > length} for length in range(_BEGINNING)]
        by_beginning: dict[bytes, list[bytes]] = defaultdict(list)
        for text in texts:
            if len(text) > _BEGINNING:
                by_beginning[text[:_BEGINNING]].append(text)
        self._long = list(by_beginning.values())
        self._beginnings = _automaton(list(by_beginning))

    def __bool__(self) -> bool:
        return self._texts is not None

    def hits(self, within: bytes) -> list[tuple[int, int]]:
        """Return where they stand; those that overlap come as one."""
        if self._texts is None:
            return []
        found = self._texts.find_matches_as_indexes(within, overlapping=True)
        return _joined(list(map(_START, found)), list(map(_END, found)))

    def begun(self, within: bytes) -> int:
        """Return the length of the longest end that is the beginning of one of them, and not the whole."""
        if self._beginnings is not None:
            end = within[-self._longest :]
            for number, start, _ in self._beginnings.find_matches_as_indexes(end, overlapping=True):
                begun = end[start:]
                if any(len(text) > len(begun) and text.startswith(begun) for text in self._long[number]):
                    return len(begun)
        lengths = range(min(_BEGINNING - 1, len(within)), 0, -1)
        return next((length for length in lengths if within[-length:] in self._short[length]), 0)


def _automaton(texts: Sequence[bytes]) -> BytesAhoCorasick | None:
    # Made in a tenth of the time of the fastest kind, and nearly as fast.
    return BytesAhoCorasick(texts, implementation=Implementation.ContiguousNFA) if texts else None


def _joined(starts: list[int], ends: list[int]) -> list[tuple[int, int]]:
    """Join the hits that overlap; they come in the order of their ends."""
    # Where each hit or one after it starts first.
    firsts = list(accumulate(reversed(starts), min))[::-1]
    # True where no hit goes on beyond the end.
    is_last = [*map(le, ends, firsts[1:]), True]
    is_first = [True, *is_last[:-1]]
    return list(zip(compress(firsts, is_first), compress(ends, is_last), strict=True))
