"""A database whose disk is full: it is told so, nothing is lost, reading goes on, and with room so does writing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.daemon import throw_away_folder
from tests.live.postgresql import serving
from tests.live.postgresql_vault import KEEPER, Schema, on_a_machine
from tests.support.program import Program, Ran
from tests.support.standins.authority import Authority

pytestmark = pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is missing: apt install util-linux")

# The server has a file system of its own, and refuses to run as root.
_WITH_A_SMALL_DISK = """mount -t tmpfs -o size=8m,mode=0700 none "$0" || exit
exec unshare --user --map-user=1000 --map-group=1000 "$@"
"""
_LARGE = b"EXAMPLE" * 30_000
_FULL = "failed: its disk is full"


class Disk:
    """Where the vault's tables lie. The server fills it, and makes room there."""

    def __init__(self, schema: Schema, folder: Path) -> None:
        self._schema, self._folder = schema, folder
        schema.run(f"CREATE TABLESPACE small LOCATION '{folder}'")
        schema.run(f"GRANT CREATE ON TABLESPACE small TO {KEEPER}; ALTER ROLE {KEEPER} SET default_tablespace = small")

    def fill(self) -> None:
        self._at_the_server("cat /dev/zero > fill; true")

    def make_room(self) -> None:
        self._at_the_server("rm fill")

    def _at_the_server(self, command: str) -> None:
        self._schema.run(f"COPY (SELECT 1) TO PROGRAM 'cd {self._folder} && {{ {command}; }}'")


@pytest.fixture(scope="module")
def on_a_small_disk(authority: Authority) -> Iterator[tuple[Schema, Disk]]:
    with throw_away_folder() as folder:
        in_its_own = ["unshare", "--mount", "--user", "--map-root-user", "sh", "-c", _WITH_A_SMALL_DISK]
        with serving(authority, under=[*in_its_own, folder]) as (_, database):
            schema = Schema(database)
            yield schema, Disk(schema, folder)


@pytest.fixture
def disk(on_a_small_disk: tuple[Schema, Disk]) -> Disk:
    return on_a_small_disk[1]


@pytest.fixture
def keeper(on_a_small_disk: tuple[Schema, Disk], tmp_path: Path) -> Program:
    schema = Schema(on_a_small_disk[0].server)
    return on_a_machine(schema, tmp_path / "keeper", KEEPER)


def test_what_finds_no_room_is_not_written_and_all_else_is_there(keeper: Program, disk: Disk) -> None:
    assert keeper("vault", "init").code == 0
    assert _add(keeper, "first", b"EXAMPLE-1").code == 0
    disk.fill()
    for ran in (
        _add(keeper, "second", _LARGE),
        keeper("update", "first", "--set", "value=-", stdin=_LARGE),
    ):
        assert (ran.code, ran.out, _FULL in ran.err) == (1, "", True), ran.err
    assert keeper("get", "first/value", "--fresh") == (0, "EXAMPLE-1", "")
    assert _names(keeper) == ["first"]
    disk.make_room()
    assert _add(keeper, "second", _LARGE).code == 0
    assert keeper("get", "second/value").out.encode() == _LARGE
    assert _names(keeper) == ["first", "second"]
    assert "every record is as it was signed" in keeper("vault", "verify").out


def test_a_vault_that_finds_no_room_is_made_later(keeper: Program, disk: Disk) -> None:
    disk.fill()
    refused = keeper("vault", "init")
    assert (refused.code, _FULL in refused.err) == (1, True), refused.err
    assert keeper("list").code == 3
    disk.make_room()
    assert keeper("vault", "init").code == 0
    assert _names(keeper) == []


def _add(program: Program, name: str, value: bytes) -> Ran:
    return program("add", "secret", name, "--set", "value=-", stdin=value)


def _names(program: Program) -> list[str]:
    listed = program("list", "--json")
    assert (listed.code, listed.err) == (0, "")
    return [one["name"] for one in json.loads(listed.out)]
