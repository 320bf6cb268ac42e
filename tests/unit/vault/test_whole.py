"""A whole vault as one change: read as it goes, and held to its names."""

from collections.abc import Iterable, Iterator

import pytest

from nexcred.errors import Tampered
from nexcred.vault.primitives import digest
from nexcred.vault.whole import AllItems
from tests.support.memory_store import MemorySnapshot, Tables


class Counting(MemorySnapshot):
    """Notes how many records are asked for at once."""

    def __init__(self, tables: Tables) -> None:
        super().__init__(tables)
        self.asked: list[int] = []

    def items(self, digests: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        wanted = list(digests)
        self.asked.append(len(wanted))
        return super().items(wanted)


def of(count: int) -> Tables:
    return Tables(items={digest(b"%d" % number): b"%d" % number for number in range(count)})


def test_few_records_are_in_memory_at_once() -> None:
    snapshot = Counting(of(1_000))
    items = AllItems(snapshot)
    assert (len(items), dict(items.items())) == (1_000, of(1_000).items)
    assert (sum(snapshot.asked), max(snapshot.asked)) == (1_000, 64)


def test_a_record_that_is_not_what_its_name_says_is_told_of_or_refused() -> None:
    tables = of(3)
    (name, *others) = tables.items
    tables.items[name] = b"other"
    spoilt: list[bytes] = []
    assert set(dict(AllItems(Counting(tables), spoilt=spoilt.append).items())) == set(others)
    assert spoilt == [name]
    for read in (lambda items: items[name], lambda items: list(items.items())):
        with pytest.raises(Tampered, match="not copied"):
            read(AllItems(Counting(tables)))
    with pytest.raises(KeyError):
        AllItems(Counting(tables))[bytes(32)]
