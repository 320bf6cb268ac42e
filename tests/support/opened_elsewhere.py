"""The program of `opened` where its vault lies at a place on a network: made once, and as it was made for each test."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.live.postgresql import Database
from tests.support.bucket_server import serving
from tests.support.bucket_writers import LOGIN
from tests.support.git_repository import bare_repository
from tests.support.lying import PLACES, Lying, LyingInBucket, LyingInGit
from tests.support.opened import Opened


class Elsewhere(NamedTuple):
    """The home of who made a vault, the variables by which it is reached and opened, and what puts it back."""

    home: Path
    variables: Mapping[str, str]
    put_back: Callable[[], object]

    def opened(self, home: Path) -> Opened:
        """Return the program in a copy of that home, which takes the place of another."""
        self.put_back()
        shutil.rmtree(home)
        shutil.copytree(self.home, home)
        return Opened(home, **self.variables, NEXCRED_NO_INPUT="1")


@pytest.fixture(scope="session")
def in_bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    home = tmp_path_factory.mktemp("bucket") / "home"
    with serving() as served:
        yield _made_once(LyingInBucket(served.memory.objects), {"NEXCRED_VAULT": served.url, **LOGIN}, home)


@pytest.fixture(scope="session")
def in_git(tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    folder = tmp_path_factory.mktemp("git")
    repository = bare_repository(folder)
    place = {"NEXCRED_VAULT": f"git+file://{repository}?fresh=0s"}
    return _made_once(LyingInGit(repository), place, folder / "home")


@pytest.fixture
def in_postgresql(postgresql: Database, tmp_path: Path) -> Elsewhere:
    """One that a single test has for itself."""
    from tests.live.postgresql_vault import KEEPER, Schema

    schema, home = Schema(postgresql), tmp_path / "founded"
    place = {"NEXCRED_VAULT": schema.url(), **schema.environment(KEEPER)}
    return Elsewhere(home, _found_at(place, home), lambda: None)


def _made_once(lying: Lying, place: Mapping[str, str], home: Path) -> Elsewhere:
    variables = _found_at(place, home)
    founded = lying.taken()
    PLACES[place["NEXCRED_VAULT"]] = lying
    return Elsewhere(home, variables, lambda: lying.lay(founded))


def _found_at(place: Mapping[str, str], home: Path) -> dict[str, str]:
    """Make the vault, and return what reaches it and opens it."""
    home.mkdir()
    program = Opened(home, **place, NEXCRED_NO_INPUT="1", NEXCRED_IDENTITY_FILE=str(home / "me"))
    for words in (("identity", "new", "me", "--unbound", "-o", "me"), ("vault", "init")):
        done = program(*words)
        assert done.code == 0, done.err
    secret = program("identity", "show", "--secret").out.strip()
    (home / "me").unlink()
    return {**place, "NEXCRED_IDENTITY": secret}
