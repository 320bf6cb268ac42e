"""Two machines with one home on a file system that loses locks, at a vault elsewhere: neither loses what it wrote."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.bucket_server import serving
from tests.support.bucket_writers import LOGIN
from tests.support.git_repository import bare_repository
from tests.support.program import Program

# Python runs it as it starts. Locks elsewhere, such as of what is in memory, are a machine's own.
_LOSES_LOCKS = """
import fcntl, os
keep = fcntl.flock
def flock(file, how):
    descriptor = file if isinstance(file, int) else file.fileno()
    if not os.readlink(f"/proc/self/fd/{descriptor}").startswith(os.environ["HOME"]):
        keep(file, how)
fcntl.flock = flock
"""
_WRITES = """for n in 1 2 3 4 5 6 7 8; do
    until printf EXAMPLE | "$@" add secret $0-$n --set value=-; do test $? = 8 || exit; done
done"""


@pytest.fixture(params=["git", "bucket"])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Program]:
    """Return the program of both machines."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text(_LOSES_LOCKS)
    (tmp_path / "home").mkdir()
    program = Program(tmp_path / "home", NEXCRED_NO_INPUT="1", PYTHONPATH=str(tmp_path / "site"), **LOGIN)
    with serving() as served:
        bare_repository(tmp_path)
        is_git = request.param == "git"
        program.environment["NEXCRED_VAULT"] = f"git+file://{tmp_path}/vault.git?fresh=0s" if is_git else served.url
        assert program("vault", "init", "-o", "me.identity").code == 0
        program.environment["NEXCRED_IDENTITY_FILE"] = "me.identity"
        yield program


def test_all_that_both_wrote_at_once_is_there(home: Program) -> None:
    writers = [
        subprocess.Popen(
            ["sh", "-c", _WRITES, machine, *home.command()],
            env=home.environment,
            cwd=home.home,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for machine in ("desk", "laptop")
    ]
    for writer in writers:
        _, told = writer.communicate(timeout=300)
        assert writer.returncode == 0, told
        assert not re.search("warning|damaged|older", told), told  # of a write that was tried again, it may be busy
    listed = home("list", "--json")
    assert (listed.code, listed.err) == (0, "")
    expected = {f"{machine}-{number}" for machine in ("desk", "laptop") for number in range(1, 9)}
    assert {one["name"] for one in json.loads(listed.out)} == expected
    assert "every record is as it was signed" in home("vault", "verify").out
