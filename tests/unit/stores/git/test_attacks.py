"""What a host may do with a vault, or whoever gets into the repository: it is noticed, and nothing else happens."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import NamedTuple

import pytest

from nexcred.errors import NexcredError, RolledBack, Tampered
from nexcred.stores.git.kept_bundle import keep_bundle, kept_bundle
from nexcred.stores.local_copy.file import CopyFile
from nexcred.vault.anchor import Anchor
from nexcred.vault.bounds import RECORD
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault
from tests.support.git_repository import BRANCH, bare_repository, git, git_store
from tests.support.remembering import seen
from tests.support.sample_vault import add, open_new
from tests.support.vault_file import proved, whole_of

_HOMES = count()


class Made(NamedTuple):
    """A vault as it was before anybody meddled with it."""

    identity: Identity
    anchor: Anchor
    content: object


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Made]:
    folder = tmp_path_factory.mktemp("git")
    bare_repository(folder)
    vault = open_new(git_store(folder))
    add(vault, "first")
    made = Made(vault.identity, vault.anchor, whole_of(vault))
    vault.store.close()
    return folder / "vault.git", made


@pytest.fixture
def vault(original: tuple[Path, Made], tmp_path: Path) -> Made:
    shutil.copytree(original[0], tmp_path / "vault.git")
    return original[1]


@pytest.fixture
def anew(vault: Made, tmp_path: Path) -> Iterator[Callable[[], Vault]]:
    """Open the vault as a machine does that has nothing of it but its memory of the newest state."""
    stores = []

    def open_anew() -> Vault:
        stores.append(git_store(tmp_path, home=f"home-{next(_HOMES)}", query="?fresh=5m"))
        return Vault(stores[-1], vault.identity, memory=seen(vault.anchor))

    yield open_anew
    for store in stores:
        store.close()


def head_of(folder: Path) -> str:
    return git("rev-parse", BRANCH, folder=folder / "vault.git")


def replace(folder: Path, path: str, data: bytes | None, mode: str = "100644") -> None:
    """Put a commit on the branch in which one file is another one, or gone."""
    repository = folder / "vault.git"
    stream = f"commit {BRANCH}\ncommitter m <m@example.com> 1 +0000\ndata 1\nm\nfrom {BRANCH}^0\n".encode()
    if data is None:
        stream += f"D {path}\n".encode()
    else:
        stream += f"M {mode} inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
    git("fast-import", "--quiet", folder=repository, stdin=stream)


def files(folder: Path) -> list[str]:
    return git("ls-tree", "-r", "--name-only", BRANCH, folder=folder / "vault.git").splitlines()


def test_an_older_head_put_back_by_force_is_a_rollback(vault: Made, anew: Callable[[], Vault], tmp_path: Path) -> None:
    git("update-ref", BRANCH, f"{BRANCH}^", folder=tmp_path / "vault.git")
    with pytest.raises(RolledBack):
        anew()


def test_an_older_state_in_the_copy_as_that_of_the_newest_commit_is_a_rollback(vault: Made, tmp_path: Path) -> None:
    def opened(of: Anchor) -> None:
        store = git_store(tmp_path, home="home-with-copy", query="?fresh=5m")
        try:
            Vault(store, vault.identity, memory=seen(of))
        finally:
            store.close()

    newest = head_of(tmp_path)
    git("update-ref", BRANCH, f"{newest}^", folder=tmp_path / "vault.git")
    with pytest.raises(RolledBack):  # which leaves the older state in the copy
        opened(vault.anchor)
    copy = CopyFile(tmp_path / "home-with-copy/cache/copy.db")
    older = kept_bundle(copy, head_of(tmp_path))
    assert older is not None
    git("update-ref", BRANCH, newest, folder=tmp_path / "vault.git")
    shutil.rmtree(tmp_path / "home-with-copy/cache/git")
    keep_bundle(copy, newest, older)
    with pytest.raises(RolledBack):
        opened(vault.anchor)


def test_a_squash_is_no_alarm(vault: Made, anew: Callable[[], Vault], tmp_path: Path) -> None:
    repository = tmp_path / "vault.git"
    squashed = git("commit-tree", f"{BRANCH}^{{tree}}", "-m", "1", folder=repository)
    git("update-ref", BRANCH, squashed, folder=repository)
    opened = anew()
    assert opened.names() == ["first"]
    add(opened, "second")
    assert proved(opened).credentials == 2


def test_a_fork_of_the_vault_is_noticed(vault: Made, anew: Callable[[], Vault], tmp_path: Path) -> None:
    before = git("rev-parse", f"{BRANCH}^", folder=tmp_path / "vault.git")
    git("update-ref", BRANCH, before, folder=tmp_path / "vault.git")
    with git_store(tmp_path, home="forger").read() as snapshot:
        assert snapshot.head() is not None
    forger = Vault(git_store(tmp_path, home="forger"), vault.identity)
    add(forger, "other")
    with pytest.raises(NexcredError) as error:
        anew()
    assert error.value.exit_code == 9


def test_another_vault_is_not_this_one(vault: Made, anew: Callable[[], Vault], tmp_path: Path) -> None:
    git("update-ref", "-d", BRANCH, folder=tmp_path / "vault.git")
    open_new(git_store(tmp_path, home="other"))
    with pytest.raises(NexcredError) as error:
        anew()
    assert error.value.exit_code == 9


@pytest.mark.parametrize("what", ["head", "tree", "access", "chain", "roster", "leaf", "item", "past"])
@pytest.mark.parametrize("how", ["missing", "swapped", "huge", "a folder", "a link"])
def test_no_file_can_be_missing_swapped_or_huge(
    vault: Made, anew: Callable[[], Vault], tmp_path: Path, what: str, how: str
) -> None:
    path = next(name for name in files(tmp_path) if name.split("/")[0] == what)
    if how == "missing":
        replace(tmp_path, path, None)
    elif how == "a folder":
        replace(tmp_path, path, None)
        replace(tmp_path, f"{path}/x", b"x")
    elif how == "a link":
        replace(tmp_path, path, b"/etc/passwd", mode="120000")
    else:
        replace(tmp_path, path, b"EXAMPLE" if how == "swapped" else bytes(RECORD.row + 1))
    try:
        opened = anew()
        assert whole_of(opened) == vault.content
        list(opened.writes())
    except NexcredError as error:
        assert error.exit_code == (10 if (what, how) == ("access", "missing") else 9)  # noqa: PT017
    else:  # of one epoch there is no chain yet, and the past is no longer than is kept
        assert what in ("chain", "past")


def test_files_of_others_are_left_alone(vault: Made, anew: Callable[[], Vault], tmp_path: Path) -> None:
    replace(tmp_path, "README.md", b"A vault.\n")
    replace(tmp_path, "item/README.md", b"Records.\n")
    replace(tmp_path, "item/zz/zz", b"x")
    replace(tmp_path, "past/x", b"x")
    opened = anew()
    add(opened, "second")
    assert proved(opened).credentials == 2
    assert {"README.md", "item/README.md", "item/zz/zz", "past/x"} <= set(files(tmp_path))


def test_a_pack_that_is_damaged_is_not_taken(vault: Made, anew: Callable[[], Vault], tmp_path: Path) -> None:
    repository = tmp_path / "vault.git"
    for path in [path for path in repository.glob("objects/??/*") if path.stat().st_size > 500]:
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(NexcredError):
        anew()


def test_a_branch_of_something_else_is_no_vault_and_is_not_written_to(tmp_path: Path) -> None:
    bare_repository(tmp_path)
    stream = f"commit {BRANCH}\ncommitter m <m@example.com> 1 +0000\ndata 1\nm\nM 100644 inline code.py\ndata 1\nx\n"
    git("fast-import", "--quiet", folder=tmp_path / "vault.git", stdin=stream.encode())
    before = head_of(tmp_path)
    with pytest.raises(Tampered, match="holds no vault"):
        open_new(git_store(tmp_path))
    assert head_of(tmp_path) == before
