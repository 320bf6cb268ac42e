"""The project file: what it says, and every way in which it may not say it."""

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.errors import InvalidData, ProjectNotFound, UsageError
from nexcred.model.reference import Reference
from nexcred.project.decode import decode_project
from nexcred.project.file import FILE_NAME, find_project, read_project
from nexcred.project.spec import Needs
from nexcred.project.variables import problem_in_variable

PATH = Path("/project/nexcred.toml")
WHOLE = b"""
default_profile = "dev"
credentials = ["aha"]
[env]
KEY = "resci/api_key"
HOST = "pg/host"
[profile.dev]
[profile.prod]
credentials = ["pg", "aha"]
[profile.prod.env]
HOST = "nexcred://Prod%20PG/host"
"""
WRONG = b"""
vault = "/x"
credentails = ["a"]
credentials = ["a", 5, "../x"]
[env]
PATH = "a/b"
OK = "ab"
N = 7
[profile.x]
allow_hosts = ["evil"]
env = "no"
[profile.y]
credentials = "no"
"""


def test_a_profile_is_what_all_need_and_more() -> None:
    project = decode_project(WHOLE, PATH)
    shared = Needs(("aha",), {"KEY": Reference("resci", "api_key"), "HOST": Reference("pg", "host")})
    assert project.needs(None) == project.needs("dev") == shared
    prod = project.needs("prod")
    assert prod.credentials == ("aha", "pg")
    assert prod.variables == {**shared.variables, "HOST": Reference("Prod PG", "host")}
    with pytest.raises(ProjectNotFound) as failure:
        project.needs("prd")
    assert "did you mean 'prod'?" in failure.value.hint


def test_without_a_default_one_of_several_profiles_must_be_named() -> None:
    with pytest.raises(UsageError, match="no default_profile"):
        decode_project(b"[profile.a]\n[profile.b]", PATH).needs(None)
    assert decode_project(b"", PATH).needs(None) == Needs()


def test_every_problem_is_told_with_its_line() -> None:
    with pytest.raises(InvalidData) as failure:
        decode_project(WRONG, PATH)
    places = [problem.field.removeprefix("nexcred.toml:") for problem in failure.value.problems]
    assert places == [
        "2: vault",
        "3: credentails",
        "4: credentials[1]",
        "4: credentials[2]",
        "6: env.PATH",
        "7: env.OK",
        "8: env.N",
        "10: profile.x.allow_hosts",
        "11: profile.x.env",
        "13: profile.y.credentials",
    ]


@pytest.mark.parametrize("text", [b"x = ", b"\xff", b"profile = 3", b"[profile]\nx = 3", b'default_profile = "none"'])
def test_what_is_no_project_file_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidData):
        decode_project(text, PATH)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UsageError):
        decode_project(data, PATH)


@pytest.mark.parametrize(
    "name", ["PATH", "path", "LD_PRELOAD", "GIT_SSH_COMMAND", "NEXCRED_IDENTITY", "PYTHONPATH", "1X", "", "A-B", "A=B"]
)
def test_no_variable_by_which_a_value_would_be_run_is_set(name: str) -> None:
    assert problem_in_variable(name)


@pytest.mark.parametrize("name", ["PGPASSWORD", "_x", "DATABASE_URL2", "PATHS", "HOMEPAGE"])
def test_other_variables_are(name: str) -> None:
    assert not problem_in_variable(name)


def test_the_nearest_file_above_is_found(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_project(below) is None
    (tmp_path / FILE_NAME).write_bytes(b"")
    assert find_project(below) == tmp_path / FILE_NAME
    (tmp_path / "a" / FILE_NAME).write_bytes(b"")
    assert find_project(below) == tmp_path / "a" / FILE_NAME


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectNotFound):
        read_project(tmp_path / FILE_NAME)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (fifo, tmp_path, Path("/dev/zero")):
        with pytest.raises(UsageError):
            read_project(path, chosen=True)
    large = tmp_path / "large"
    large.write_bytes(b"#" * 300_000)
    with pytest.raises(InvalidData, match="larger"):
        read_project(large, chosen=True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_taken_only_when_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b"")
    os.chown(path, 1234, 1234)
    with pytest.raises(UsageError) as failure:
        read_project(path)
    assert "--project" in failure.value.hint
    assert read_project(path, chosen=True).shared == Needs()
