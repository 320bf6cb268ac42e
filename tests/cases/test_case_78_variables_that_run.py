"""Case 78: what another member writes into a shared record runs nothing: not by a field's name, nor by a variable's."""

import subprocess
from pathlib import Path

import pytest

from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from tests.support.forging import write_details_as
from tests.support.opened import Opened
from tests.support.people import invite, keep

MARK = "owned"


@pytest.fixture
def mallory(opened: Opened) -> Opened:
    """A member; the vault's founder shares with her."""
    return invite(opened, "mallory", "--role", "member")


def share_forged(mallory: Opened, opened: Opened, name: str, **fields: str) -> None:
    """Have the founder share an honest record, into which mallory then writes fields that no connector has."""
    keep(opened, "honest")
    for words in (("rename", "honest", name), ("share", name, "--with", "mallory")):
        assert opened(*words).code == 0
    key: dict[str, Value] = {"api_key": Secret("k-EXAMPLE")}
    write_details_as(mallory, name, lambda present: present._replace(fields=key | fields))


def nothing_ran(opened: Opened) -> bool:
    return not list(opened.home.rglob(MARK))


def test_make_is_given_no_flags(opened: Opened, mallory: Opened) -> None:
    share_forged(mallory, opened, "家", MAKEFLAGS=rf"--eval=x:=$$(shell\ touch\ {MARK})")
    (opened.home / "Makefile").write_text("all:\n\t@true\n")
    assert opened("run", "-c", "家", "--", "make").code == 125
    assert nothing_ran(opened)


def test_rsync_is_given_no_remote_shell(opened: Opened, mallory: Opened) -> None:
    share_forged(mallory, opened, "rsync", rsh=f"touch {opened.home}/{MARK} --")
    assert opened("run", "-c", "rsync", "--", "rsync", "backup:/etc", ".").code == 125
    assert nothing_ran(opened)


def test_git_is_given_no_other_home(opened: Opened, mallory: Opened) -> None:
    theirs = opened.home / "theirs"
    theirs.mkdir()
    (theirs / ".gitconfig").write_text(f'[core]\n\tfsmonitor = "touch {opened.home}/{MARK}; false"\n')
    subprocess.run(["git", "init", "-q", str(opened.home)], check=True)
    share_forged(mallory, opened, "家", HOME=str(theirs))
    assert opened("run", "-c", "家", "--", "git", "status").code == 125
    assert nothing_ran(opened)


NAMED = (
    "MAKEFLAGS",
    "RSYNC_RSH",
    "HOME",
    "AWS_PAGER",
    "GIT_SSH_COMMAND",
    "HTTPS_PROXY",
    "NODE_OPTIONS",
    "NEXCRED_VAULT",
)


@pytest.mark.parametrize("variable", NAMED)
def test_no_connector_of_ones_own_declares_one(opened: Opened, variable: str) -> None:
    """Nor does one that was written by another nexcred, and is only used."""
    made = Path(opened("connectors", "new", "acme").out.rstrip("\n"))
    assert made.read_text().count("ACME_API_KEY") == 1
    added = opened("add", "acme", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "k-EXAMPLE"})
    assert added.code == 0, added.err
    made.write_text(made.read_text().replace("ACME_API_KEY", variable))
    for words in (
        ("connectors", "check", "acme"),
        ("run", "-c", "acme", "--", "env"),
        ("export", "acme", "--format", "env"),
    ):
        ran = opened(*words)
        assert (ran.code, ran.out) == (125 if words[0] == "run" else 2, "")
        assert f"programs run or load what {variable} says" in ran.err


def test_no_project_file_sets_one(opened: Opened) -> None:
    keep(opened, "honest")
    for variable in NAMED:
        (opened.home / "nexcred.toml").write_text(f'[env]\n{variable} = "honest/api_key"\n')
        ran = opened("run", "--", "env")
        assert (ran.code, ran.out) == (125, "")
        assert f"nexcred.toml:2: env.{variable}: may not be set by a project file" in ran.err


def test_whoever_types_one_gets_it(opened: Opened) -> None:
    keep(opened, "honest")
    shown = opened("run", "--env", "AWS_PAGER=honest/api_key", "--", "printenv", "AWS_PAGER")
    assert (shown.code, shown.out) == (0, "key-honest-EXAMPLE\n")


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("GIT_SSH", "NEXCRED_GIT_SSH_API_KEY"),
        ("家", "NEXCRED_API_KEY"),
        ("LD", "NEXCRED_LD_API_KEY"),
        ("nexcred identity", "NEXCRED_NEXCRED_IDENTITY_API_KEY"),
        ("aws config", "NEXCRED_AWS_CONFIG_API_KEY"),
        ("billing", "BILLING_API_KEY"),
    ],
)
def test_a_records_name_chooses_none(opened: Opened, mallory: Opened, name: str, variable: str) -> None:
    """Every member may rename a record."""
    settings = ("--set", "base_url=https://api.example.com", "--set", "api_key=env:HELD", "--no-probe")
    assert opened("add", "rest", "api", *settings, environment={"HELD": "k-EXAMPLE"}).code == 0
    assert mallory("rename", "api", name).code == 0
    ran = opened("run", "-c", name, "--", "env")
    assert [line.partition("=")[0] for line in ran.out.splitlines() if "k-EXAMPLE" in line] == [variable]
    assert f"export {variable}='k-EXAMPLE'\n" in opened("export", name, "--format", "env").out
