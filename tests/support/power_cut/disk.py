"""What a disk may hold after a power cut: all that was synced, and of the rest any part.

Un-synced writes may be lost one by one, arrive in another order, or arrive for some of their sectors. In one folder
names are made, moved and taken away in order, as file systems with a journal do, and are certain only after that folder
was synced: never, as some do in kindness, because the file was. Each folder may lie on a disk of its own.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, product
from typing import NamedTuple

from tests.support.power_cut.recording import Create, Event, Rename, Sync, Told, Truncate, Unlink, Write

SECTOR_BYTES = 512
_SAMPLES = 4  # of random losses before each sync
_SINGLES = 4  # of the writes that wait for one sync: each of them alone, lost, and torn
_NAMES = 8  # of the moves in one folder that none synced, before only some of their beginnings are looked at

Files = Mapping[str, bytes]


class Cut(NamedTuple):
    """One state that a power cut may leave; `told` is how many lines were printed before it."""

    files: Files
    told: int


class _Pending(NamedTuple):
    number: int  # of the file
    write: Write | Truncate


class _Move(NamedTuple):
    event: Create | Unlink | Rename
    number: int  # of the file that was made


class Disk:
    """Files by number, since a name may come to mean another one; each with what is durable, and what is not yet."""

    def __init__(self) -> None:
        self._durable: dict[int, bytes] = {}
        self._names: dict[str, int] = {}  # as a running process sees them
        self._durable_names: dict[str, int] = {}
        self._writes: list[_Pending] = []
        self._moves: list[_Move] = []

    def apply(self, event: Event) -> None:
        """Do what the process did."""
        if isinstance(event, Write | Truncate):
            self._writes.append(_Pending(self._names[event.path], event))
        elif isinstance(event, Sync):
            self._sync(event.path)
        elif isinstance(event, Create):
            if event.path not in self._names:
                self._durable[len(self._durable)] = b""
                self._move(event, len(self._durable) - 1)
        elif not isinstance(event, Told):
            self._move(event, 0)

    def cuts(self, chance: random.Random, *, thorough: bool) -> Iterator[Files]:
        """Yield what a power cut now may leave; with `thorough` in any order, with single writes lost, or alone."""
        losses = [self._writes]
        if self._writes:
            *before, last = self._writes
            losses += [[*before, _Pending(last.number, part)] for part in _torn(last.write)]
        if thorough:
            losses += [[], *([one for one in self._writes if chance.random() < 0.5] for _ in range(_SAMPLES))]
            for index in chance.sample(range(len(self._writes)), min(len(self._writes), _SINGLES)):
                one, before, after = self._writes[index], self._writes[:index], self._writes[index + 1 :]
                losses += [[one], before + after]
                losses += [[*before, _Pending(one.number, part), *after] for part in _torn(one.write)]
        for moves in self._kept_moves(chance):
            names = _moved(self._durable_names, moves)
            for kept in losses:
                yield self._files(names, kept)

    def _kept_moves(self, chance: random.Random) -> Iterator[list[_Move]]:
        folders: dict[str, list[_Move]] = {}
        for move in self._moves:
            folders.setdefault(_folder_of(move.event), []).append(move)
        beginnings = ([moves[:kept] for kept in _lengths(len(moves), chance)] for moves in folders.values())
        for choice in product(*beginnings):
            yield list(chain.from_iterable(choice))

    def _files(self, names: Mapping[str, int], kept: Iterable[_Pending]) -> Files:
        contents = {number: bytearray(self._durable[number]) for number in names.values()}
        for number, write in kept:
            if number in contents:
                _write(contents[number], write)
        return {path: bytes(contents[number]) for path, number in names.items()}

    def _sync(self, path: str) -> None:
        number = self._names.get(path)
        if number is None:  # a folder
            here = [move for move in self._moves if _folder_of(move.event) == path]
            self._durable_names = _moved(self._durable_names, here)
            self._moves = [move for move in self._moves if _folder_of(move.event) != path]
            return
        content = bytearray(self._durable[number])
        for pending in self._writes:
            if pending.number == number:
                _write(content, pending.write)
        self._durable[number] = bytes(content)
        self._writes = [pending for pending in self._writes if pending.number != number]

    def _move(self, event: Create | Unlink | Rename, number: int) -> None:
        self._moves.append(_Move(event, number))
        self._names = _moved(self._names, self._moves[-1:])


def power_cuts(events: Iterable[Event], seed: int) -> Iterator[Cut]:
    """Yield every different state of the disk at every point of a recording, and in between."""
    disk, chance, told = Disk(), random.Random(seed), 0
    seen: set[int] = set()
    for event in events:
        if isinstance(event, Sync):
            yield from _new(disk.cuts(chance, thorough=True), told, seen)
        disk.apply(event)
        if isinstance(event, Told):
            told += event.text.count("\n")
            seen.clear()  # the same state may be too old now
        yield from _new(disk.cuts(chance, thorough=False), told, seen)


def _new(cuts: Iterator[Files], told: int, seen: set[int]) -> Iterator[Cut]:
    for files in cuts:
        key = hash(tuple(sorted(files.items())))
        if key not in seen:
            seen.add(key)
            yield Cut(files, told)


def _moved(names: Mapping[str, int], moves: Iterable[_Move]) -> dict[str, int]:
    result = dict(names)
    for event, number in moves:
        if isinstance(event, Create):
            result[event.path] = number
        elif isinstance(event, Unlink):
            result.pop(event.path, None)
        else:
            result[event.new] = result.pop(event.old)
    return result


def _folder_of(event: Create | Unlink | Rename) -> str:
    return (event.new if isinstance(event, Rename) else event.path).rpartition("/")[0]


def _lengths(count: int, chance: random.Random) -> Iterable[int]:
    """Return how many moves of a folder to keep: none, all, and each number between while there are few."""
    if count <= _NAMES:
        return range(count + 1)
    return sorted({0, chance.randrange(count), count})  # a folder that is never synced


def _torn(write: Write | Truncate) -> Iterator[Write]:
    """Yield a write of which only some sectors arrive: the first ones, or the last ones."""
    if not isinstance(write, Write) or len(write.data) <= SECTOR_BYTES:
        return
    edge = (write.offset + len(write.data) // 2) // SECTOR_BYTES * SECTOR_BYTES - write.offset
    yield write._replace(data=write.data[:edge])
    yield write._replace(data=write.data[edge:], offset=write.offset + edge)


def _write(content: bytearray, write: Write | Truncate) -> None:
    if isinstance(write, Truncate):
        del content[write.size :]
        content.extend(bytes(write.size - len(content)))
        return
    content.extend(bytes(max(0, write.offset - len(content))))
    content[write.offset : write.offset + len(write.data)] = write.data
