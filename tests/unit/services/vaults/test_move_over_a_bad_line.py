"""A move between a file and a bucket, each request of which goes wrong in every way once, or is the last for a while.

Of each way every second request, and every one under `make soak`. From a file to a real PostgreSQL: tests/live.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexcred.local.anchors import AnchorFile
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Store
from tests.support.bad_line import FAULTS, Bad, BadLine, Two, assert_it_ends_well, try_to_move
from tests.support.bucket import MemoryBucket, open_store
from tests.support.sample_vault import add, everything, found
from tests.support.some_of import one_in

TO, FROM = "to the bucket", "from the bucket"


class Line:
    """A vault and a place for it, which are as before again for each fault."""

    def __init__(self, folder: Path, direction: str) -> None:
        self._folder, self._kept = folder / "places", folder / "kept"
        self._folder.mkdir()
        self._bucket = MemoryBucket()
        self.line = BadLine(self._bucket)
        here, there = (self._in_a_file, self._in_a_bucket)[:: 1 if direction == TO else -1]
        self.two = Two(here, there, AnchorFile(self._folder / "state", warn=pytest.fail), found(here()))
        add(self.two.vault(here()), "one")
        self.before = everything(self.two.vault(here()))
        shutil.copytree(self._folder, self._kept)
        self._objects = dict(self._bucket.objects)

    def each_request(self, begin: int) -> Iterator[int]:
        """Yield the numbers of the requests of a move, from one on, with everything as before it."""
        self._again()
        assert try_to_move(self.two) is None
        for number in one_in(2, range(self.line.count), begin):
            self._again()
            yield number

    def _again(self) -> None:
        shutil.rmtree(self._folder)
        shutil.copytree(self._kept, self._folder)
        self._bucket.objects = dict(self._objects)
        self.line.begin()

    def _in_a_bucket(self) -> Store:
        return open_store(self._bucket, send=self.line.send, one_by_one=True)

    def _in_a_file(self) -> Store:
        return SqliteStore(self._folder / "vault.db")


@pytest.fixture(autouse=True)
def one_round_of_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a bucket show its conditions sooner: eight rounds of sixteen writers are the most of all requests."""
    monkeypatch.setattr("nexcred.stores.s3.conditions._ROUNDS", 1)
    monkeypatch.setattr("nexcred.stores.s3.conditions.AT_ONCE", 2)


@pytest.mark.parametrize(("direction", "fault"), [*((TO, fault) for fault in FAULTS), (FROM, "500"), (FROM, "cut")])
def test_one_request_that_goes_wrong_stops_no_move_for_good(tmp_path: Path, direction: str, fault: str) -> None:
    line = Line(tmp_path, direction)
    for number in line.each_request(FAULTS.index(fault)):
        line.line.bad = Bad(number, fault, stays=False)
        try_to_move(line.two)
        line.line.bad = None
        assert_it_ends_well(line.two, line.before, goes_on=True)


@pytest.mark.parametrize("goes_on", [True, False], ids=["on", "back"])
@pytest.mark.parametrize(("direction", "fault"), [(TO, "cut"), (TO, "answer lost"), (FROM, "cut")])
def test_a_line_that_dies_at_any_request_loses_nothing(
    tmp_path: Path, direction: str, fault: str, *, goes_on: bool
) -> None:
    line = Line(tmp_path, direction)
    for number in line.each_request(FAULTS.index(fault) + goes_on):
        line.line.bad = Bad(number, fault, stays=True)
        assert try_to_move(line.two) is not None
        line.line.bad = None
        assert_it_ends_well(line.two, line.before, goes_on=goes_on)
