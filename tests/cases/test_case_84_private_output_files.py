"""Case 84: every file that a command writes is 0600 whatever the umask, and no link, pipe or device is followed."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from nexcred.errors import Conflict, StoreFailed
from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.standins.resci import Resci

SCHEMA = ".config/nexcred/connectors/connector.schema.json"
CONNECTOR = ".config/nexcred/connectors/acme.toml"
TEMPLATE = "template"


class Writing(NamedTuple):
    """A command that writes a file, by its path in the home folder; `code` says how it refuses what stands there."""

    arguments: tuple[str, ...]
    path: str
    code: int = StoreFailed.exit_code


WRITINGS = {
    "probe": Writing(("probe", "resci", "--junit", "out"), "out"),
    "export": Writing(("export", "resci", "--format", "json", "-o", "out"), "out"),
    "inject": Writing(("inject", "-i", TEMPLATE, "-o", "out"), "out"),
    "schema": Writing(("connectors", "new", "acme"), SCHEMA),
    "connector": Writing(("connectors", "new", "acme"), CONNECTOR, Conflict.exit_code),
    "connector elsewhere": Writing(("connectors", "new", "acme", "-o", "out"), "out", Conflict.exit_code),
    "identity": Writing(("identity", "new", "bob", "--unbound", "-o", "out"), "out", Conflict.exit_code),
    "backup": Writing(("vault", "backup", "out"), "out", Conflict.exit_code),
    "rekey": Writing(("vault", "rekey", "-o", "out"), "out", Conflict.exit_code),
}
GITHUB = ("export", "resci", "--format", "gha")


def link(path: Path) -> None:
    path.symlink_to(path.parent / "target")


def link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parent / "nothing")


PLANTS: list[Callable[[Path], object]] = [link, link_to_nothing, os.mkfifo]


@pytest.fixture
def kept(opened: Opened, resci: Resci) -> Opened:
    assert opened.add(resci).code == 0
    (opened.home / TEMPLATE).write_text("{{ nexcred://resci/api_key }}")
    return opened


def run(program: Opened, arguments: tuple[str, ...], umask: int = 0o022, **environment: str) -> Ran:
    done = subprocess.run(
        program.command(*arguments),
        env={**program.environment, **environment},
        cwd=program.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        umask=umask,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o777])
@pytest.mark.parametrize("name", WRITINGS)
def test_case_84_what_is_written_is_private_whatever_the_umask(kept: Opened, name: str, umask: int) -> None:
    writing = WRITINGS[name]
    code, _, told = run(kept, writing.arguments, umask)
    assert code == 0, told
    assert mode(kept.home / writing.path) == 0o600
    assert {mode(path) for path in kept.home.rglob("*") if path.is_file() and path.name != TEMPLATE} == {0o600}


@pytest.mark.parametrize("name", [name for name in WRITINGS if WRITINGS[name].code == StoreFailed.exit_code])
def test_case_84_what_stood_there_for_all_to_read_is_private_when_it_is_written_anew(kept: Opened, name: str) -> None:
    path = kept.home / WRITINGS[name].path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("an older one")
    path.chmod(0o666)
    with path.open("rb") as held_by_another:
        code, _, told = run(kept, WRITINGS[name].arguments)
        assert code == 0, told
        assert held_by_another.read() == b"an older one"
    assert mode(path) == 0o600


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("name", WRITINGS)
def test_case_84_nothing_is_followed(kept: Opened, name: str, plant: Callable[[Path], object]) -> None:
    writing = WRITINGS[name]
    path = kept.home / writing.path
    path.parent.mkdir(parents=True, exist_ok=True)
    target, nothing = path.parent / "target", path.parent / "nothing"
    target.write_text("untouched")
    plant(path)
    before = path.lstat()
    code, _, told = run(kept, writing.arguments)
    assert code == writing.code, told
    assert path.name in told
    assert "internal error" not in told
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert target.read_text() == "untouched"
    assert not nothing.exists()


def test_case_84_a_report_that_cannot_be_is_refused_before_anything_is_asked(kept: Opened, resci: Resci) -> None:
    resci.received.clear()
    link(kept.home / "out")
    assert run(kept, ("probe", "resci", "--junit", "out"))[0] == StoreFailed.exit_code
    assert resci.received == []


@pytest.mark.parametrize("plant", PLANTS)
def test_case_84_the_file_of_github_is_no_link_or_pipe(kept: Opened, plant: Callable[[Path], object]) -> None:
    path = kept.home / "github"
    (kept.home / "target").write_text("untouched")
    plant(path)
    code, _, told = run(kept, GITHUB, GITHUB_ENV=str(path))
    assert code == StoreFailed.exit_code, told
    assert "GITHUB_ENV" in told
    assert (kept.home / "target").read_text() == "untouched"
    assert not (kept.home / "nothing").exists()


def test_case_84_the_file_of_github_is_made_private_where_it_is_missing(kept: Opened) -> None:
    assert run(kept, GITHUB, 0o000, GITHUB_ENV="github")[0] == 0
    assert mode(kept.home / "github") == 0o600


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_case_84_a_file_that_is_lent_to_a_command_is_private(kept: Opened, umask: int) -> None:
    login = {"host": "localhost", "database": "d", "username": "u", "password": "env:HELD"}
    settings = [word for name, value in login.items() for word in ("--set", f"{name}={value}")]
    assert kept("add", "mysql", "db", *settings, "--no-probe", environment={"HELD": "key-EXAMPLE"}).code == 0
    looked = 'stat -c %a "$MYSQL_HOME" "$MYSQL_HOME"/* "$MYSQL_HOME"/.m* 2>/dev/null; exit 0'
    done = run(kept, ("run", "-c", "db", "--", "sh", "-c", looked), umask)
    assert done.code == 0, done.err
    assert set(done.out.split()) == {"700", "600"}
