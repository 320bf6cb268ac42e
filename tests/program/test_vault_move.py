"""`vault move` by the program, between a file, a real keyring and a Git repository."""

import json
import re
import shutil
import subprocess
from itertools import permutations
from pathlib import Path

import pexpect
import pytest

from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.identity import Identity
from nexcred.vault.moving import set_out
from nexcred.vault.vault import Vault
from tests.live.gnome import Desktop
from tests.support.git_repository import bare_repository
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program import Program, Ran
from tests.support.schema_check import check_schema

SECRET = "canary-EXAMPLE"
KINDS = ("file", "keyring", "git")


@pytest.fixture
def program(gnome: Desktop, opened: Opened) -> Opened:
    opened.environment["DBUS_SESSION_BUS_ADDRESS"] = gnome.environment["DBUS_SESSION_BUS_ADDRESS"]
    bare_repository(opened.home)
    return opened


def url_of(kind: str, home: Path) -> str:
    return {
        "file": f"file://{home}/.local/share/nexcred/vault.db",
        "keyring": "keyring:",
        "git": f"git+file://{home}/vault.git",
    }[kind]


def done(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


def add(program: Program, name: str, *more: str) -> Ran:
    words = ("add", "resci", name, "--set", "api_key=-", "--no-probe", *more)
    return program(*words, stdin=SECRET.encode())


@pytest.mark.parametrize(("here", "there"), [*permutations(KINDS, 2)])
def test_it_is_used_at_the_new_place_and_only_read_at_the_old(program: Opened, here: str, there: str) -> None:
    start, goal = url_of(here, program.home), url_of(there, program.home)
    keep(program, "prod")
    if here != "file":
        done(program("vault", "move", "--to", start, "--yes"))
    told = done(program("vault", "move", "--vault", start, "--to", goal, "--yes", "--json"))
    shape = json.loads(told.out)
    assert (shape["location"], shape["former"], shape["records"], shape["spoilt"]) == (goal, start, 2, 0)
    check_schema(program, "vault move", told.out)
    done(add(program, "later", "--vault", goal))
    assert done(program("get", "later/api_key", "--vault", goal)).out == SECRET
    read = done(program("list", "--json", "--vault", start))
    assert [one["name"] for one in json.loads(read.out)] == ["prod"]
    assert f"this vault moved to {goal}, and only reads here" in read.err
    refused = program("remove", "prod", "--yes", "--vault", start, "--json")
    assert refused.code == 10
    assert json.loads(refused.err.splitlines()[-1])["error"]["code"] == "moved_away"
    assert json.loads(done(program("vault", "status", "--json", "--vault", start)).out)["moved_to"] == goal
    assert "every record is as it was signed" in done(program("vault", "verify", "--vault", goal)).out


def test_a_name_follows_the_move_of_its_user(program: Opened) -> None:
    keep(program, "prod")
    done(program("vault", "add", "team", "./team.db"))
    done(program("vault", "move", "--to", "team", "--yes"))
    moved = done(program("vault", "move", "--vault", "team", "--to", url_of("git", program.home), "--yes", "--json"))
    assert json.loads(moved.out)["name"] == "team"
    done(add(program, "later", "--vault", "team"))
    listed = {one["name"]: one for one in json.loads(done(program("vault", "list", "--json")).out)}
    assert listed["team"]["url"] == url_of("git", program.home)
    assert listed["personal"]["moved_to"] == f"file://{program.home}/team.db"
    assert "the vault moved to" in done(program("doctor")).out


def other_machine(program: Opened, folder: Path) -> Opened:
    """A second machine of the same person, which calls the vault at the old place `team`."""
    folder.mkdir()
    other = Opened(folder, **{**program.environment, "HOME": str(folder)})
    done(other("vault", "add", "team", url_of("file", program.home)))
    done(other("list", "--vault", "team"))
    return other


def asked(program: Opened, answer: str, *words: str) -> tuple[int | None, str]:
    environment = {**program.environment, "NEXCRED_NO_INPUT": "", "TERM": "dumb"}
    command, folder = Program.command(*words), str(program.home)
    child = pexpect.spawn(command[0], command[1:], env=environment, cwd=folder, timeout=60, encoding="utf-8")
    child.expect(re.escape("Let 'team' lead there from now on?"))
    before = child.before or ""
    child.sendline(answer)
    child.expect(pexpect.EOF)
    text = before + (child.before or "")
    child.close()
    return child.exitstatus, text


def test_another_machine_is_told_and_goes_there_after_a_yes_alone(program: Opened, tmp_path: Path) -> None:
    keep(program, "prod")
    other, goal = other_machine(program, tmp_path / "other"), url_of("git", program.home)
    done(program("vault", "move", "--to", goal, "--yes"))
    done(add(program, "later", "--vault", goal))
    config = other.home / ".config/nexcred/config.toml"
    unasked = done(other("list", "--vault", "team"))
    assert "this vault moved to" in unasked.err
    code, text = asked(other, "n", "list", "--vault", "team")
    assert (code, f"hasmoveditto{goal}" in "".join(text.split()), "later" in text) == (0, True, False)
    assert goal not in config.read_text()
    code, text = asked(other, "y", "list", "--vault", "team")
    assert (code, "later" in text) == (0, True)
    assert config.read_text() == f'[vaults.team]\nurl = "{goal}"\n'
    done(add(other, "third", "--vault", "team"))


def test_where_it_may_not_go_is_told_before_anything_is_written(program: Opened) -> None:
    keep(program, "prod")
    for place, code in (
        ("postgresql://ada:canary-EXAMPLE@db.example/vault", 2),
        (url_of("file", program.home), 2),
        ("team", 3),
        (str(program.home.joinpath(*["x" * 200] * 3, "vault.db")), 2),
    ):
        refused = program("vault", "move", "--to", place, "--yes")
        assert refused.code == code, refused.err
        assert "canary" not in refused.err
    for words in (("--to", "a", "--back"), ()):
        assert program("vault", "move", *words).code == 2
    assert program("vault", "move", "--to", url_of("git", program.home)).code == 2  # nobody can be asked
    assert program("vault", "move", "--back", "--yes").code == 2
    done(add(program, "later"))


def test_what_does_not_fit_leaves_the_vault_where_it_is(program: Opened) -> None:
    keep(program, "prod")
    done(program("add", "secret", "large", "--set", "value=-", "--no-probe", stdin=b"EXAMPLE" * 60_000))
    refused = program("vault", "move", "--to", "keyring:", "--yes")
    assert refused.code == 1
    assert "256 KiB" in refused.err
    assert "the vault is where it was" in refused.err
    done(add(program, "later"))


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is missing: apt install util-linux")
def test_a_full_disk_leaves_the_vault_where_it_is(opened: Opened) -> None:
    keep(opened, "prod")
    done(opened("add", "secret", "large", "--set", "value=-", "--no-probe", stdin=b"EXAMPLE" * 60_000))
    small = opened.home / "small"
    small.mkdir()
    shell = 'mount -t tmpfs -o size=256k,mode=0700 none "$0" && "$@"'
    moved = subprocess.run(
        ["unshare", "-rm", "sh", "-c", shell, str(small), *opened.command("vault", "move", "--to", "small/v.db", "-y")],
        env=opened.environment,
        cwd=opened.home,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (moved.returncode, "the disk is full" in moved.stderr) == (1, True), moved.stderr
    assert "the vault is where it was" in moved.stderr
    done(opened("rename", "prod", "other"))


def test_a_move_asks_and_a_no_changes_nothing(opened: Opened) -> None:
    keep(opened, "prod")
    for keys, code in (("n", 1), ("y", 0)):
        environment = {**opened.environment, "NEXCRED_NO_INPUT": "", "TERM": "dumb"}
        command, folder = opened.command("vault", "move", "--to", "./new.db"), str(opened.home)
        child = pexpect.spawn(command[0], command[1:], env=environment, cwd=folder, timeout=60, encoding="utf-8")
        child.expect("Move the vault to")
        child.sendline(keys)
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == code
        assert (opened.home / "new.db").exists() == (keys == "y")


def test_a_vault_that_did_not_arrive_is_brought_back(opened: Opened) -> None:
    """The new place went away before anything was there, as a volume does."""
    keep(opened, "prod")
    store = SqliteStore(opened.home / ".local/share/nexcred/vault.db")
    vault = Vault(store, Identity.parse(opened.environment["NEXCRED_IDENTITY"]))
    vault.change(lambda copy: set_out(copy, "git+file:///nowhere/vault.git"))
    assert opened("rename", "prod", "other").code == 10
    brought = done(opened("vault", "move", "--back", "--yes"))
    assert "that place cannot be reached" in brought.err
    assert "brought back to" in brought.out
    done(opened("rename", "prod", "other"))
    assert "moved" not in done(opened("list")).err
