"""`nexcred vault backup` and `restore-backup`, and reading what is older, as processes."""

import json
import shutil
import stat
from pathlib import Path

import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.overview import write_overview
from nexcred.vault.record import MAX_PLAINTEXT_BYTES
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, refused


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "test")
    assert opened("vault", "backup", "b.db").code == 0
    keep(opened, "late")
    assert opened("remove", "test", "--yes").code == 0
    return opened


def vault_file(program: Opened) -> Path:
    (path,) = program.home.rglob("vault.db")
    return path


def restore(program: Opened, file: str = "b.db") -> str:
    done = program("vault", "restore-backup", file, "--yes")
    assert done.code == 0, done.err
    return done.err


def kept_aside(program: Opened) -> Path:
    (path,) = vault_file(program).parent.glob("vault.db.replaced-*")
    return path


def test_a_backup_is_private_complete_and_written_over_nothing(ada: Opened) -> None:
    file = ada.home / "b.db"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    again = ada("vault", "backup", "b.db")
    assert (again.code, again.out) == (8, "")
    (ada.home / "link.db").symlink_to(ada.home / "nowhere")
    assert ada("vault", "backup", "link.db").code == 8
    assert file.read_bytes() == before
    assert not (ada.home / "nowhere").exists()
    assert b"prod" not in before
    assert ada("get", "test/api_key", "--vault", "b.db").out == KEY.format("test")


def test_a_backup_needs_nothing_unlocked(ada: Opened) -> None:
    del ada.environment["NEXCRED_IDENTITY"]
    assert ada("vault", "backup", "locked.db").code == 0


def test_who_was_a_guest_then_is_told_so_and_restores_nothing(opened: Opened) -> None:
    keep(opened, "prod")
    job = invite(opened, "job", "--role", "guest", "--grant", "prod")
    assert opened("vault", "backup", "b.db").code == 0
    assert opened("member", "role", "job", "owner", "--yes").code == 0
    ran = job("vault", "restore-backup", "b.db", "--yes")
    assert refused(ran)
    assert "was a guest of the vault when the backup was made" in ran.err


def test_a_backup_comes_back_over_what_is_there(ada: Opened) -> None:
    told = restore(ada)
    assert "late was added since, and will be removed" in told
    assert "test was removed since, and comes back" in told
    assert ada.names == ["prod", "test"]
    assert ada("vault", "verify").code == 0
    assert ada("get", "late/api_key", "--vault", str(kept_aside(ada))).out == KEY.format("late")
    keep(ada, "onward")


def test_nothing_comes_back_without_a_yes(ada: Opened) -> None:
    asked = ada("vault", "restore-backup", "b.db")
    assert (asked.code, asked.out) == (2, "")
    assert ada.names == ["late", "prod"]


def test_a_vault_that_is_lost_after_a_backup_came_back_comes_back_again(ada: Opened) -> None:
    restore(ada)
    vault_file(ada).unlink()
    restore(ada)
    assert ada.names == ["prod", "test"]


@pytest.mark.parametrize("what", ["gone", "older", "cut", "overwritten", "another"])
def test_a_backup_comes_back_where_the_vault_is_of_no_use(ada: Opened, what: str, tmp_path: Path) -> None:
    path = vault_file(ada)
    if what == "gone":
        path.unlink()
    elif what == "older":
        shutil.copyfile(ada.home / "b.db", path)
    elif what == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    elif what == "overwritten":
        path.write_bytes(b"\0" * 5000)
    else:
        other = Opened(tmp_path / "other", NEXCRED_PASSPHRASE="another passphrase of EXAMPLE", NEXCRED_NO_INPUT="1")
        other.home.mkdir()
        assert other("vault", "init").code == 0
        shutil.copyfile(vault_file(other), path)
    lost = None if what == "gone" else path.read_bytes()
    assert ada("list").code == 9
    restore(ada)
    assert ada.names == ["prod", "test"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keep(ada, "onward")
    assert ada("vault", "verify").code == 0
    if lost is not None:
        assert kept_aside(ada).read_bytes() == lost


def test_a_backup_comes_back_on_a_machine_that_never_saw_the_vault(ada: Opened, tmp_path: Path) -> None:
    fresh = Opened(tmp_path / "fresh", **{**ada.environment, "HOME": str(tmp_path / "fresh")})
    fresh.home.mkdir()
    shutil.copyfile(ada.home / "b.db", fresh.home / "b.db")
    (fresh.home / "b.db").chmod(0o600)
    restore(fresh)
    assert fresh.names == ["prod", "test"]


def test_who_brought_a_backup_back_takes_new_keys_without_being_asked_what_is_theirs(ada: Opened) -> None:
    restore(ada)
    assert ada("vault", "rekey", "-o", "new.identity").code == 0


def test_where_nothing_can_be_noted_of_who_knows_it_that_is_said(ada: Opened) -> None:
    bob = invite(ada, "bob", "--role", "member", "--grant", "prod")
    vault = Vault(SqliteStore(vault_file(ada)), Identity.parse(bob.environment["NEXCRED_IDENTITY"]))
    room = MAX_PLAINTEXT_BYTES - len(write_overview(overview_of(vault, "prod"))) - 8
    rewrite_overview(vault, "prod", lambda _: {"description": "x" * room})
    assert ada("vault", "backup", "full.db").code == 0
    assert ada("member", "remove", "bob", "--yes").code == 0
    told = restore(ada, "full.db")
    assert "who knows 'prod' could not be noted there: change the values at their provider" in told


@pytest.mark.parametrize("is_lost", [False, True])
def test_a_backup_from_before_somebody_left_lets_nobody_in_again(ada: Opened, is_lost: bool) -> None:
    bob = invite(ada, "bob", "--role", "member", "--grant", "prod")
    assert ada("vault", "backup", "with-bob.db").code == 0
    assert ada("member", "remove", "bob", "--yes").code == 0
    if is_lost:
        vault_file(ada).unlink()
    restore(ada, "with-bob.db")
    assert "bob" not in ada("member", "list").out
    assert ada("get", "prod/api_key").out == KEY.format("prod")
    shown = json.loads(ada("show", "prod", "--json").out)
    assert [one["full_name"] for one in shown["held_by"]] == [shown["owner"]["full_name"]]
    told = json.loads(ada("status", "--member", "bob", "--json").out)
    assert [(one["name"], one["revision"], one["why"]) for one in told["rows"]] == [("prod", 1, "left")]
    assert ada("vault", "verify").code == 0
    assert refused(bob("get", "prod/api_key"))
    assert refused(bob("list"))


@pytest.mark.parametrize("role", ["guest", "reader", "member"])
def test_only_owners_bring_a_backup_back(ada: Opened, role: str) -> None:
    other = invite(ada, "other", "--role", role, "--grant", "prod")
    assert refused(other("vault", "restore-backup", "b.db", "--yes"))
    assert ada.names == ["late", "prod"]


@pytest.mark.parametrize(("content", "code"), [(None, 3), (b"", 3), (b"\0" * 5000, 9)])
def test_what_is_no_backup_is_refused(ada: Opened, content: bytes | None, code: int) -> None:
    if content is not None:
        (ada.home / "no.db").write_bytes(content)
    assert ada("vault", "restore-backup", "no.db", "--yes").code == code
    assert ada.names == ["late", "prod"]


@pytest.mark.parametrize("first", [True, False])
def test_an_older_vault_is_read_when_asked_and_never_written(ada: Opened, first: bool) -> None:
    path = vault_file(ada)
    shutil.copyfile(ada.home / "b.db", path)
    before = path.read_bytes()
    assert ada("get", "test/api_key").code == 9

    def asked(*words: str) -> tuple[str, ...]:
        return ("--accept-rollback", *words) if first else (*words, "--accept-rollback")

    read = ada(*asked("get", "test/api_key"))
    assert (read.code, read.out) == (0, KEY.format("test"))
    assert "only be read" in read.err
    for words in (
        ("rename", "test", "x"),
        ("member", "add", "x", Identity.generate().public_string, "--yes"),
        ("remove", "test", "--yes"),
        ("vault", "rekey", "-o", "new.identity"),
    ):
        assert ada(*asked(*words)).code == 9
    assert path.read_bytes() == before
    assert not (ada.home / "new.identity").exists()
    assert ada("get", "test/api_key").code == 9
