"""A push whose answer is no yes: it is settled by reading, so that nobody is told wrongly."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nexcred.errors import NotPermitted, OutcomeUnknown, StoreUnreachable
from nexcred.stores.git.store import GitStore
from nexcred.vault.store import Change
from tests.support.git_repository import BRANCH, bare_repository, git, git_store

FIRST, SECOND = Change(head=b"head-1", generation=1), Change(head=b"head-2", generation=2)
RESET = "echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bare_repository(tmp_path)
    with (store := git_store(tmp_path)).write():
        assert store.commit(FIRST, None)
    store.close()
    return tmp_path


@pytest.fixture
def store(folder: Path) -> Iterator[Callable[[str], GitStore]]:
    """Return a vault whose git does something else for each push: a script, in which `push` is the true one."""
    stores = []

    def open_by(script: str) -> GitStore:
        stand_in = folder / "bin/git"
        stand_in.parent.mkdir()
        real = shutil.which("git")
        stand_in.write_text(
            f"""#!/bin/sh
push() {{ {real} "$@"; }}
other() {{ {real} --git-dir={folder}/vault.git "$@"; }}
case " $* " in *" push "*) ;; *) test -e {folder}/cut && {{ {RESET}; }}; exec {real} "$@";; esac
echo x >> {folder}/pushes
{script}
"""
        )
        stand_in.chmod(0o700)
        stores.append(git_store(folder, environment={"PATH": f"{stand_in.parent}:{os.environ['PATH']}"}))
        return stores[-1]

    yield open_by
    for one in stores:
        one.close()


def pushes(folder: Path) -> int:
    return len((folder / "pushes").read_text().split())


def heads(folder: Path) -> list[str]:
    commits = git("rev-list", BRANCH, folder=folder / "vault.git").split()
    return [git("show", f"{commit}:head", folder=folder / "vault.git") for commit in commits]


def test_an_answer_that_was_lost_after_the_write_is_a_yes(folder: Path, store: Callable[[str], GitStore]) -> None:
    with (vault := store(f'push "$@" >/dev/null; {RESET}')).write():
        assert vault.commit(SECOND, b"head-1")
    assert (heads(folder), pushes(folder)) == (["head-2", "head-1"], 1)


def test_a_push_that_never_came_is_made_again(folder: Path, store: Callable[[str], GitStore]) -> None:
    script = f'test $(wc -l < {folder}/pushes) = 1 && {{ {RESET}; }}; push "$@"'
    with (vault := store(script)).write():
        assert vault.commit(SECOND, b"head-1")
    assert (heads(folder), pushes(folder)) == (["head-2", "head-1"], 2)


def test_a_push_that_never_comes_is_given_up_without_knowing(folder: Path, store: Callable[[str], GitStore]) -> None:
    with (vault := store(RESET)).write(), pytest.raises(OutcomeUnknown, match="may have happened or not"):
        vault.commit(SECOND, b"head-1")
    assert heads(folder) == ["head-1"]


def test_where_it_cannot_be_read_either_nobody_knows(folder: Path, store: Callable[[str], GitStore]) -> None:
    with (vault := store(f'push "$@" >/dev/null; touch {folder}/cut; {RESET}')).write(), pytest.raises(OutcomeUnknown):
        vault.commit(SECOND, b"head-1")
    assert heads(folder) == ["head-2", "head-1"]


def test_a_push_that_cannot_have_been_sent_is_no_write(folder: Path, store: Callable[[str], GitStore]) -> None:
    refused = "echo 'ssh: connect to host h port 22: Connection refused' >&2; exit 128"
    with (vault := store(f"touch {folder}/cut; {refused}")).write(), pytest.raises(StoreUnreachable):
        vault.commit(SECOND, b"head-1")
    assert heads(folder) == ["head-1"]


def test_another_writer_who_was_quicker_is_a_no(folder: Path, store: Callable[[str], GitStore]) -> None:
    with (vault := store('push "$@"')).write():
        with (other := git_store(folder, home="other")).write():
            assert other.commit(Change(head=b"other-2", generation=2), b"head-1")
        other.close()
        assert not vault.commit(SECOND, b"head-1")
    assert (heads(folder), pushes(folder)) == (["other-2", "head-1"], 1)


@pytest.mark.parametrize("is_ours", [True, False])
def test_a_write_that_another_came_on_top_of_is_told_by_the_past(
    folder: Path, store: Callable[[str], GitStore], is_ours: bool
) -> None:
    """The answer is lost, and meanwhile somebody has written: on top of this write, or in its place."""
    with (other := git_store(folder, home="other")).write():
        pass
    first = 'push "$@" >/dev/null' if is_ours else "true"
    go, gone = folder / "go", folder / "gone"
    os.mkfifo(go)
    os.mkfifo(gone)
    vault = store(f"{first}; echo x > {go}; read -r x < {gone}; {RESET}")

    def write_meanwhile() -> None:
        go.read_text()
        with other.write() as snapshot:
            head = snapshot.head()
            generation = 3 if is_ours else 2
            assert other.commit(Change(head=b"other", generation=generation), head)
        gone.write_text("x\n")

    meanwhile = threading.Thread(target=write_meanwhile)
    meanwhile.start()
    with vault.write():
        assert vault.commit(SECOND, b"head-1") is is_ours
    meanwhile.join()
    other.close()
    assert heads(folder) == (["other", "head-2", "head-1"] if is_ours else ["other", "head-1"])


def test_a_repository_that_takes_no_push_is_a_readers(folder: Path, store: Callable[[str], GitStore]) -> None:
    script = "printf '!\\tx:refs/heads/nexcred\\t[remote rejected] (protected branch hook declined)\\n'; exit 1"
    with (vault := store(script)).write(), pytest.raises(NotPermitted, match="protected branch"):
        vault.commit(SECOND, b"head-1")
    assert (heads(folder), pushes(folder)) == (["head-1"], 1)
