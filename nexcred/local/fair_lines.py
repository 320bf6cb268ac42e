"""What is kept of the lines of many, where there is no room for all: nobody loses any for another who has more."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator


def fair_lines(read: Callable[[], Iterable[bytes]], whose: Callable[[bytes], bytes], room: int) -> Iterator[bytes]:
    """Yield the lines that fit into so many bytes: the newest of each, who has a share of the room.

    `read` yields them with the oldest first, and is asked twice, so that they need not be held. Who needs less than an
    equal share leaves the rest of it to the others.
    """
    too_much: Counter[bytes] = Counter()
    for line in read():
        too_much[whose(line)] += len(line)
    for waiting, (one, size) in zip(range(len(too_much), 0, -1), sorted(too_much.items(), key=_size), strict=True):
        share = min(size, room // waiting)
        room -= share
        too_much[one] -= share
    for line in read():
        one = whose(line)
        if too_much[one] > 0:
            too_much[one] -= len(line)
        else:
            yield line


def _size(item: tuple[bytes, int]) -> int:
    return item[1]
