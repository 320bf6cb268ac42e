"""Configuration and hooks that somebody planted run nothing, wherever git would look for them."""

import os
import stat
from pathlib import Path

import pytest

from nexcred.errors import StoreFailed
from nexcred.stores.git.store import GitStore
from nexcred.vault.store import Change
from tests.support.git_repository import bare_repository, git, git_store

HOOKS = (
    *("pre-push", "post-checkout", "reference-transaction", "fsmonitor-watchman", "post-index-change"),
    *("pre-receive", "update", "post-receive", "post-update", "proc-receive", "push-to-checkout"),
)


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a mark when it is run."""
    program = tmp_path / "trap.sh"
    program.write_text(f"#!/bin/sh\necho \"$0 $*\" >> '{tmp_path}/sprung'\n")
    program.chmod(stat.S_IRWXU)
    return program


def traps(program: Path) -> str:
    """Every setting of git that names a program, or leads to one."""
    return f"""
[core]
    hooksPath = {program.parent}/hooks
    fsmonitor = {program}
    sshCommand = {program}
    askPass = {program}
    gitProxy = {program}
    pager = {program}
    editor = {program}
    alternateRefsCommand = {program}
[credential]
    helper = {program}
[gpg]
    program = {program}
[push]
    gpgSign = true
[uploadpack]
    packObjectsHook = {program}
[receive]
    procReceiveRefs = refs
[protocol]
    allow = always
[protocol "ext"]
    allow = always
[url "ext::{program} "]
    insteadOf = file://
[remote "origin"]
    url = ext::{program}
    promisor = true
    uploadpack = {program}
    receivepack = {program}
    vcs = trap
[extensions]
    partialClone = origin
[filter "trap"]
    clean = {program}
    smudge = {program}
    process = {program}
[diff]
    external = {program}
[maintenance]
    auto = true
[gc]
    auto = 1
"""


def plant_hooks(folder: Path, program: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in HOOKS:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(program)


def use(store: GitStore) -> None:
    """Do everything that a vault does with git."""
    with store.write() as snapshot:
        head, past = snapshot.head(), snapshot.past_numbers()
        number = max(snapshot.past(past[-1])) + 1 if past else 1
        assert store.commit(
            Change(head=b"head-%d" % number, generation=number, items={bytes(32): b"x"}, leaves={1: b"l"}), head
        )
    with store.read() as snapshot:
        assert snapshot.item(bytes(32)) == b"x"
    store.close()


def test_the_traps_would_spring(tmp_path: Path, trap: Path) -> None:
    """Or the other tests would prove nothing."""
    repository = bare_repository(tmp_path)
    plant_hooks(repository / "hooks", trap)
    git("init", "-q", "-b", "nexcred", "work", folder=tmp_path)
    git("commit", "-q", "--allow-empty", "-m", "1", folder=tmp_path / "work")
    git("push", "-q", "../vault.git", "nexcred", folder=tmp_path / "work")
    assert "post-receive" in (tmp_path / "sprung").read_text()


def test_in_the_repository_itself(tmp_path: Path, trap: Path) -> None:
    repository = bare_repository(tmp_path)
    use(git_store(tmp_path))
    plant_hooks(repository / "hooks", trap)
    plant_hooks(tmp_path / "hooks", trap)
    with (repository / "config").open("a") as config:
        # With these two it is no repository that could be pushed to, by anybody.
        unusable = ("[extensions]\n    partialClone = origin\n", "[receive]\n    procReceiveRefs = refs\n")
        written = traps(trap)
        for section in unusable:
            assert section in written
            written = written.replace(section, "")
        config.write(written)
    other = bare_repository(tmp_path, "other.git")
    (repository / "objects/info/alternates").write_text(f"{other}/objects\n")
    use(git_store(tmp_path))
    use(git_store(tmp_path, home="another"))
    assert not (tmp_path / "sprung").exists()


def test_in_what_this_machine_keeps(tmp_path: Path, trap: Path) -> None:
    bare_repository(tmp_path)
    use(git_store(tmp_path))
    plant_hooks(tmp_path / "hooks", trap)
    for folder in [path for path in (tmp_path / "home").rglob("*") if path.is_dir()]:
        (folder / "config").write_text(traps(trap))
        (folder / "config.worktree").write_text(traps(trap))
        (folder / "HEAD").write_text("ref: refs/heads/nexcred\n")
        plant_hooks(folder / "hooks", trap)
        info = folder / "info"
        info.mkdir(exist_ok=True)
        (info / "attributes").write_text("* filter=trap diff=trap\n")
    use(git_store(tmp_path))
    assert not (tmp_path / "sprung").exists()


def test_in_the_folder_and_variables_of_who_calls(tmp_path: Path, trap: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bare_repository(tmp_path)
    git("init", "-q", "project", folder=tmp_path)
    project = tmp_path / "project"
    (project / ".git/config").write_text(traps(trap))
    plant_hooks(project / ".git/hooks", trap)
    plant_hooks(tmp_path / "hooks", trap)
    for name in ("git", "git-upload-pack", "ssh", "git-remote-ext"):
        (project / name).symlink_to(trap)
    (project / ".gitconfig").write_text(traps(trap))
    monkeypatch.chdir(project)
    environment = {
        "PATH": f":.:{os.environ['PATH']}:",
        "HOME": str(project),
        "XDG_CONFIG_HOME": str(project),
        "GIT_DIR": str(project / ".git"),
        "GIT_CONFIG_GLOBAL": str(project / ".gitconfig"),
        "GIT_CONFIG_SYSTEM": str(project / ".gitconfig"),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(tmp_path / "hooks"),
        "GIT_CONFIG_PARAMETERS": f"'core.hooksPath={tmp_path}/hooks'",
        "GIT_TEMPLATE_DIR": str(tmp_path),
        "GIT_EXEC_PATH": str(project),
        "GIT_ALLOW_PROTOCOL": "ext:file",
        "GIT_EXTERNAL_DIFF": str(trap),
        "GIT_PAGER": str(trap),
        "GIT_TRACE": str(tmp_path / "traced"),
        "GIT_OBJECT_DIRECTORY": str(project / ".git/objects"),
    }
    use(git_store(tmp_path, environment=environment))
    assert not (tmp_path / "sprung").exists()
    assert not (tmp_path / "traced").exists()


def test_objects_from_elsewhere_are_not_taken(tmp_path: Path) -> None:
    bare_repository(tmp_path)
    use(git_store(tmp_path))
    (room,) = (tmp_path / "home/cache/git").glob("*/objects-*")
    (room / "info/alternates").write_text("/tmp\n")
    use(git_store(tmp_path))
    assert not (room / "info/alternates").exists()


def test_a_link_in_the_place_of_the_objects_is_refused(tmp_path: Path) -> None:
    bare_repository(tmp_path)
    use(git_store(tmp_path))
    (room,) = (tmp_path / "home/cache/git").glob("*/objects-*")
    room.rename(tmp_path / "elsewhere")
    room.symlink_to(tmp_path / "elsewhere")
    before = sorted((tmp_path / "elsewhere").rglob("*"))
    with pytest.raises(StoreFailed, match="symbolic link"):
        use(git_store(tmp_path))
    assert sorted((tmp_path / "elsewhere").rglob("*")) == before
