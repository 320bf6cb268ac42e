"""A vault in a Git repository, by the program: from nothing, by several people, and by many at once."""

import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support.git_repository import BRANCH, bare_repository, git
from tests.support.imported import NEVER_FOR_A_READING, imported
from tests.support.program import Program

SECRET = "canary-EXAMPLE"
PASSPHRASE = "four random words EXAMPLE"


@pytest.fixture
def ada(tmp_path: Path) -> Program:
    """Somebody who has made a vault with one credential."""
    bare_repository(tmp_path)
    program = at_home(tmp_path, "ada")
    made = program("vault", "init", "--organisation", "acme", "--member", "ada", "-o", "me.identity")
    assert made.code == 0, made.err
    assert "never forgets" in made.err
    assert "90 KB" in made.err
    program.environment["NEXCRED_IDENTITY_FILE"] = str(program.home / "me.identity")
    add(program, "first")
    return program


def at_home(folder: Path, name: str, identity: Path | None = None) -> Program:
    home = folder / name
    home.mkdir(exist_ok=True)
    given = {"NEXCRED_VAULT": f"git+file://{folder}/vault.git?fresh=0s", "NEXCRED_NO_INPUT": "1"}
    if identity is not None:
        given["NEXCRED_IDENTITY_FILE"] = str(identity)
    return Program(home, **given)


def add(program: Program, name: str) -> None:
    added = program("add", "resci", name, "--set", "api_key=-", "--no-probe", stdin=SECRET.encode())
    assert added.code == 0, added.err


def names(program: Program) -> set[str]:
    listed = program("list", "--json")
    assert listed.code == 0, listed.err
    return {entry["name"] for entry in json.loads(listed.out)}


def test_everything_is_sealed_and_read_back(ada: Program, tmp_path: Path) -> None:
    assert ada("get", "first/api_key").out == SECRET
    assert json.loads(ada("vault", "status", "--json").out)["location"] == f"git+file://{tmp_path}/vault.git"
    assert ada("vault", "verify").code == 0
    assert ada("doctor", "--json").code == 0
    assert SECRET.encode() not in everything_in(tmp_path / "vault.git")
    assert not list(ada.home.rglob("vault.db"))
    told = git("log", "--format=%an %ae %s", BRANCH, folder=tmp_path / "vault.git")
    assert set(told.splitlines()) == {"nexcred nexcred@nexcred.invalid nexcred"}


def everything_in(repository: Path) -> bytes:
    objects = git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)", folder=repository).split()
    return b"".join(
        subprocess.run(["git", "cat-file", "-p", one], cwd=repository, capture_output=True, check=True).stdout
        for one in objects
    )


def test_a_second_person_joins_from_another_machine(ada: Program, tmp_path: Path) -> None:
    bob = at_home(tmp_path, "bob", tmp_path / "bob/me.identity")
    public = bob("identity", "new", "bob", "--unbound", "-o", "me.identity").out.strip()
    added = ada("member", "add", "bob", public, "--role", "member", "--yes")
    assert added.code == 0, added.err
    bob.environment["NEXCRED_CHECKPOINT"] = ada("vault", "checkpoint").out.strip()
    assert ada("share", "first", "--with", "bob").code == 0
    assert bob("get", "first/api_key").out == SECRET
    add(bob, "second")
    assert names(ada) == names(bob) == {"first", "second"}


def test_what_somebody_else_has_just_done_counts_at_once(ada: Program, tmp_path: Path) -> None:
    bob = at_home(tmp_path, "bob", tmp_path / "bob/me.identity")
    bob.environment["NEXCRED_VAULT"] = f"git+file://{tmp_path}/vault.git?fresh=600s"
    public = bob("identity", "new", "bob", "--unbound", "-o", "me.identity").out.strip()
    bob.environment["NEXCRED_CHECKPOINT"] = ada("vault", "checkpoint").out.strip()
    assert bob("list").code == 10
    assert ada("member", "add", "bob", public, "--yes").code == 0
    assert names(bob) == {"first"}
    assert bob("get", "first/api_key").code == 10
    assert ada("share", "first", "--with", "bob").code == 0
    shared = bob("get", "first/api_key")
    assert (shared.code, shared.out) == (0, SECRET), shared.err
    add(ada, "second")
    assert bob("get", "second/api_key").code == 10
    assert bob("show", "third").code == 3
    offline = bob("show", "third", "--offline")
    assert offline.code == 3, offline.err


def test_a_passphrase_opens_it_here_and_nowhere_else(ada: Program, tmp_path: Path) -> None:
    (ada.home / "me.passphrase").write_text(PASSPHRASE)
    (ada.home / "me.passphrase").chmod(0o600)
    set_one = ada("vault", "passphrase", "--new-passphrase-file", "me.passphrase")
    assert set_one.code == 0, set_one.err
    by_passphrase = {"NEXCRED_PASSPHRASE": PASSPHRASE}
    del ada.environment["NEXCRED_IDENTITY_FILE"]
    assert ada("get", "first/api_key", environment=by_passphrase).out == SECRET
    bob = at_home(tmp_path, "bob", tmp_path / "bob/me.identity")
    del bob.environment["NEXCRED_IDENTITY_FILE"]
    elsewhere = bob("get", "first/api_key", environment=by_passphrase)
    assert (elsewhere.code, elsewhere.out) == (6, "")
    assert "no passphrase on this machine" in elsewhere.err


def test_new_keys_go_to_a_file(ada: Program) -> None:
    assert ada("vault", "rekey").code == 2
    assert ada("vault", "rekey", "-o", "new.identity").code == 0
    assert ada("get", "first/api_key").code == 10
    ada.environment["NEXCRED_IDENTITY_FILE"] = str(ada.home / "new.identity")
    assert ada("get", "first/api_key").out == SECRET


def test_a_backup_is_a_file_and_brings_it_back(ada: Program, tmp_path: Path) -> None:
    assert ada("vault", "backup", "monday.db").code == 0
    assert ada("get", "first/api_key", "--vault", "monday.db").out == SECRET
    add(ada, "second")
    restored = ada("vault", "restore-backup", "monday.db", "--yes")
    assert restored.code == 0, restored.err
    assert names(ada) == {"first"}
    git("update-ref", "-d", BRANCH, folder=tmp_path / "vault.git")
    gone = ada("list")
    assert (gone.code, gone.out) == (9, "")
    restored = ada("vault", "restore-backup", "monday.db", "--yes")
    assert restored.code == 0, restored.err
    assert names(ada) == {"first"}
    assert ada("vault", "verify").code == 0


def test_a_vault_in_a_file_is_brought_into_git_without_its_passphrase(tmp_path: Path) -> None:
    bare_repository(tmp_path)
    program = at_home(tmp_path, "ada")
    file = {"NEXCRED_VAULT": "vault.db", "NEXCRED_PASSPHRASE": "correct horse EXAMPLE staple"}
    assert program("vault", "init", environment=file).code == 0
    assert (
        program("add", "resci", "--set", "api_key=-", "--no-probe", stdin=SECRET.encode(), environment=file).code == 0
    )
    secret = program("identity", "show", "--secret", environment=file).out
    (program.home / "me.identity").write_text(secret)
    (program.home / "me.identity").chmod(0o600)
    program.environment["NEXCRED_IDENTITY_FILE"] = str(program.home / "me.identity")
    restored = program("vault", "restore-backup", "vault.db", "--yes")
    assert restored.code == 0, restored.err
    assert "passphrases" not in restored.err
    assert program("get", "resci/api_key").out == SECRET
    assert json.loads(program("vault", "status", "--json").out)["slots"] == []


def test_the_command_of_run_has_no_child_of_ours(ada: Program) -> None:
    ran = ada(
        "run", "-c", "first", "--", "sh", "-c", 'read -r them < /proc/$$/task/$$/children; echo "$them" $RESCI_API_KEY'
    )
    assert (ran.code, ran.out.split()) == (0, [SECRET])


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["fetch", "ls-tree", "fast-import", "push"])
def test_killed_at_any_step_of_a_write_it_is_the_old_vault_or_the_new(
    ada: Program, tmp_path: Path, call: str, when: str
) -> None:
    """The git on the path kills whoever started it before it does this, or after it."""
    real = shutil.which("git")
    stand_in = tmp_path / "bin/git"
    stand_in.parent.mkdir()
    stand_in.write_text(
        f"""#!/bin/sh
case " $* " in *" {call} "*) ;; *) exec {real} "$@";; esac
test {when} = before || {real} "$@"
kill -9 $PPID
"""
    )
    stand_in.chmod(0o700)
    killed = subprocess.run(
        ada.command("add", "resci", "second", "--set", "api_key=-", "--no-probe"),
        input=SECRET.encode(),
        env={**ada.environment, "PATH": f"{stand_in.parent}:{ada.environment['PATH']}"},
        cwd=ada.home,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    is_written = (call, when) == ("push", "after")
    assert names(ada) == ({"first", "second"} if is_written else {"first"})
    add(ada, "third")
    assert "third" in names(ada)
    assert ada("vault", "verify").code == 0


@pytest.mark.parametrize("words", [("get", "first/api_key"), ("list", "--json")])
def test_while_it_is_fresh_the_first_reading_starts_git_once_and_the_next_not_at_all(
    ada: Program, tmp_path: Path, words: tuple[str, ...]
) -> None:
    calls = tmp_path / "calls"
    stand_in = tmp_path / "bin/git"
    stand_in.parent.mkdir()
    stand_in.write_text(f"""#!/bin/sh\necho x >> {calls}\nexec {shutil.which("git")} "$@"\n""")
    stand_in.chmod(0o700)
    address = ada.environment["NEXCRED_VAULT"].replace("fresh=0s", "fresh=60m")
    environment = {"PATH": f"{stand_in.parent}:{ada.environment['PATH']}", "NEXCRED_VAULT": address}
    (copy,) = ada.home.rglob("vaults/*.db")
    copy.unlink()
    first, second = (ada(*words, environment=environment) for _ in range(2))
    assert (first.code, first.out) == (0, second.out)
    assert calls.read_text() == "x\n"
    ada.environment |= environment
    assert not (NEVER_FOR_A_READING | {"threading", "ssl", "hashlib"}) & imported(ada, list(words))
    assert calls.read_text() == "x\n"


def test_by_another_name_of_its_host_it_is_the_same_vault_and_that_is_said_once(ada: Program, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(tmp_path)
    other = {"NEXCRED_VAULT": f"git+file://{tmp_path}/alias/vault.git?fresh=0s"}
    first = ada("list", environment=other)
    assert (first.code, "first" in first.out) == (0, True), first.err
    assert f"another place of a vault that is known here: it was seen at git+file://{tmp_path}/vault.git" in first.err
    assert "can only be read" not in first.err
    again = ada("list", environment=other)
    assert (again.code, again.err) == (0, "")
    added = ada("add", "resci", "second", "--set", "api_key=-", "--no-probe", stdin=SECRET.encode(), environment=other)
    assert added.code == 0, added.err
    add(ada, "third")
    for by in ({}, other):
        listed = ada("list", "--json", environment=by)
        assert (listed.code, listed.err) == (0, "")
        assert {one["name"] for one in json.loads(listed.out)} == {"first", "second", "third"}
    known = json.loads(next(ada.home.rglob("anchors.json")).read_text())
    assert (len(known["vaults"]), len(known["places"])) == (1, 2)
    git("update-ref", BRANCH, f"{BRANCH}~1", folder=tmp_path / "vault.git")
    for by in ({}, other):
        assert ada("add", "resci", "x", "--set", "api_key=-", "--no-probe", stdin=b"EXAMPLE", environment=by).code == 9


def test_of_two_copies_that_both_live_one_is_refused(ada: Program, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "vault.git", tmp_path / "copy.git")
    copy = {"NEXCRED_VAULT": f"git+file://{tmp_path}/copy.git?fresh=0s"}
    told = ada("list", environment=copy)
    assert (told.code, "another place of a vault that is known here" in told.err) == (0, True), told.err
    elsewhere = Program(tmp_path / "bob", **{**ada.environment, "HOME": str(tmp_path / "bob")})
    elsewhere.home.mkdir()
    for program, by in ((elsewhere, {}), (ada, copy)):
        ran = program("add", "resci", "own", "--set", "api_key=-", "--no-probe", stdin=SECRET.encode(), environment=by)
        assert ran.code == 0, ran.err
    assert ada("list").code == 9
    assert ada("list", environment=copy).code == 0


def test_tab_knows_what_was_fetched_here_and_asks_nobody(ada: Program, tmp_path: Path) -> None:
    (tmp_path / "vault.git").rename(tmp_path / "away.git")
    completed = ada("complete", "fish", "--", "show", "")
    assert (completed.code, completed.out, completed.err) == (0, "words\nfirst\tresci\n", "")
    (tmp_path / "away.git").rename(tmp_path / "vault.git")
    elsewhere = at_home(tmp_path, "bob", ada.home / "me.identity")
    nothing = elsewhere("complete", "fish", "--", "show", "")
    assert (nothing.code, nothing.out, nothing.err) == (0, "words\n", "")
