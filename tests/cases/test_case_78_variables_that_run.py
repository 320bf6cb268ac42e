"""Case 78: what another member writes into a shared record runs nothing: not by a field's name, nor by a variable's."""

import subprocess

import pytest

from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from tests.forging import write_details_as
from tests.opened import Opened
from tests.people import invite, keep

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
