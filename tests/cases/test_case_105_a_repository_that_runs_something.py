"""Case 105: somebody else's folder with a repository whose settings have git run something when it is asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.opened import Opened

MARK = "ran"
# By what a missing object is fetched, of which git thinks that the remote has it.
REMOTES = {
    "ssh": {"remote.origin.url": "ssh://127.0.0.1/x", "core.sshCommand": "touch {mark};"},
    "ext": {"remote.origin.url": "ext::touch {mark}"},
    "a helper": {"remote.origin.url": "touch {mark}", "remote.origin.vcs": "ext"},
    "a path": {"remote.origin.url": "{folder}/.git", "remote.origin.uploadpack": "touch {mark};"},
}
ALLOWED = {f"protocol.{one}.allow": "always" for one in ("ext", "ssh", "file")}


def git(program: Opened, folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", "-C", str(folder), *words],
        env={"HOME": str(program.home), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


@pytest.fixture
def tree(opened: Opened) -> Path:
    added = opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "k-EXAMPLE"})
    assert added.code == 0, added.err
    tree = opened.home / "tree"
    tree.mkdir()
    assert git(opened, tree, "init", "-q").returncode == 0
    return tree


def configure(program: Opened, tree: Path, settings: dict[str, str]) -> Path:
    mark = program.home / MARK
    for name, value in settings.items():
        assert git(program, tree, "config", name, value.format(mark=mark, folder=tree)).returncode == 0
    return mark


def hides_its_ignored_names(program: Opened, tree: Path) -> None:
    """Leave .gitignore to the index alone, and what it says to nobody but the remote."""
    (tree / ".gitignore").write_text("*.env\n")
    for words in (("add", ".gitignore"), ("update-index", "--skip-worktree", ".gitignore")):
        assert git(program, tree, *words).returncode == 0
    (tree / ".gitignore").unlink()
    for folder in (tree / ".git/objects").glob("??"):
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", REMOTES)
def test_case_105_nothing_is_fetched_to_know_what_is_ignored(opened: Opened, tree: Path, kind: str) -> None:
    hides_its_ignored_names(opened, tree)
    promised = {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.fetch": "+refs/heads/*:refs/remotes/origin/*",
    }
    mark = configure(opened, tree, {**promised, **ALLOWED, **REMOTES[kind]})
    assert opened("export", "resci", "--format", "env", "-o", str(tree / "out.env")).code == 0
    assert not mark.exists()
    git(opened, tree, "check-ignore", "-q", "--", "out.env")
    assert mark.exists(), "git itself was not led to run it"


def test_case_105_nothing_watches_the_files(opened: Opened, tree: Path) -> None:
    mark = configure(opened, tree, {"core.fsmonitor": "touch {mark};"})
    assert opened("export", "resci", "--format", "env", "-o", str(tree / "out.env")).code == 0
    assert not mark.exists()
