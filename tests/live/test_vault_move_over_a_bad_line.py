"""A move to a real PostgreSQL, with a fault at each request; tests/unit/services/vaults has it for a bucket."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from nexcred.local.anchors import AnchorFile
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Store
from tests.live.postgresql import Database
from tests.live.postgresql_proxy import PostgresProxy, proxy_to
from tests.live.postgresql_vault import Schema
from tests.support.bad_line import Two, assert_it_ends_well, try_to_move
from tests.support.sample_vault import add, everything, found


class Leaving:
    """A vault in a file, which is as before again for each fault, and the place that it goes to."""

    def __init__(self, folder: Path, there: Callable[[], Store]) -> None:
        self._folder, self._kept = folder / "places", folder / "kept"
        self._folder.mkdir(parents=True)
        here = self._folder / "vault.db"
        anchors = AnchorFile(self._folder / "state", warn=pytest.fail)
        self.two = Two(lambda: SqliteStore(here), there, anchors, found(SqliteStore(here)))
        add(self.two.vault(SqliteStore(here)), "one")
        self.before = everything(self.two.vault(SqliteStore(here)))
        shutil.copytree(self._folder, self._kept)

    def begin(self) -> None:
        shutil.rmtree(self._folder)
        shutil.copytree(self._kept, self._folder)


@pytest.fixture
def proxy(postgresql: Database) -> Iterator[PostgresProxy]:
    with proxy_to(postgresql.port) as proxy:
        yield proxy


@pytest.mark.parametrize(("stays", "goes_on"), [(False, True), (True, True), (True, False)], ids=["once", "on", "back"])
@pytest.mark.parametrize("fault", ["lose", "lose_answer_to"])
def test_to_postgresql(
    postgresql: Database, proxy: PostgresProxy, tmp_path: Path, fault: str, *, stays: bool, goes_on: bool
) -> None:
    schema = Schema(postgresql)
    opened: list[Store] = []

    def there() -> Store:
        opened.append(schema.store(url=schema.url(port=proxy.port, more="&sslmode=disable"), settle_for_s=1))
        return opened[-1]

    def close() -> None:
        while opened:
            opened.pop().close()

    def at(number: int) -> Callable[[str], bool]:
        numbers = count()

        def is_it(_: str) -> bool:
            is_now = next(numbers) == number
            proxy.is_down = is_now and stays
            return is_now

        return is_it

    leaving = Leaving(tmp_path, there)
    assert try_to_move(leaving.two) is None
    close()
    for number in range(len(proxy.round_trips)):
        schema.run("DROP SCHEMA IF EXISTS {} CASCADE")
        leaving.begin()
        setattr(proxy, fault, at(number))
        try_to_move(leaving.two)
        setattr(proxy, fault, None)
        proxy.is_down = False
        assert_it_ends_well(leaving.two, leaving.before, goes_on=goes_on)
        close()
