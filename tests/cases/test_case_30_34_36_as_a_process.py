"""Cases 28, 30, 34, 35 and 36 with the real program: what it writes, and what it takes to unlock."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.program import Program

PASSPHRASE = "caf\u00e9 of EXAMPLE"


def modes_below(home: Path) -> dict[str, str]:
    """Return every file and folder whose mode lets others in."""
    found = [*home.rglob("*")]
    assert found
    return {str(path.relative_to(home)): oct(path.stat().st_mode) for path in found if path.lstat().st_mode & 0o077}


@pytest.mark.parametrize("umask", ["000", "022", "777"])
def test_case_34_all_that_is_written_is_private_whatever_the_umask(tmp_path: Path, umask: str) -> None:
    program = Program(tmp_path, NEXCRED_PASSPHRASE=PASSPHRASE, NEXCRED_NO_INPUT="1", HELD="key-EXAMPLE")
    script = f'umask {umask}; exec "$@"'
    for arguments in (
        ("vault", "init"),
        ("add", "resci", "--set", "api_key=env:HELD", "--no-probe"),
    ):
        command = ["sh", "-c", script, "sh", *program.command(*arguments)]
        done = subprocess.run(
            command, env={**program.environment, "PYTHONDONTWRITEBYTECODE": "1"}, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
    assert modes_below(tmp_path) == {}
    assert program("get", "resci/api_key").out == "key-EXAMPLE"


def test_case_34_what_became_too_wide_is_narrowed_by_the_next_read(opened: Opened) -> None:
    (vault,) = opened.home.rglob("vault.db")
    vault.chmod(0o644)
    vault.parent.chmod(0o755)
    assert opened("list").code == 0
    assert [stat.S_IMODE(path.stat().st_mode) for path in (vault, vault.parent)] == [0o600, 0o700]


def test_case_35_a_link_in_the_vaults_folder_is_not_followed(opened: Opened) -> None:
    (vault,) = opened.home.rglob("vault.db")
    target = opened.home / "target"
    target.write_bytes(b"untouched")
    vault.with_name("vault.db-journal").symlink_to(target)
    ran = opened("list")
    assert (ran.code, ran.out) == (1, "")
    assert "is a symbolic link, not a plain file" in ran.err
    assert target.read_bytes() == b"untouched"


def test_case_35_a_vault_that_is_a_link_is_read_and_never_written(opened: Opened) -> None:
    """As a cluster mounts it: who may change the link may change the vault, and what is read is proved."""
    (vault,) = opened.home.rglob("vault.db")
    target = opened.home / "target"
    vault.rename(target)
    vault.symlink_to(target)
    before = target.read_bytes()
    assert opened("list").code == 0
    refused = opened("add", "resci", "--set", "api_key=-", "--no-probe", stdin=b"key-EXAMPLE")
    assert (refused.code, refused.out) == (1, "")
    assert "is a symbolic link" in refused.err
    assert str(target) in refused.err
    assert target.read_bytes() == before


def identity_file(opened: Opened, mode: int) -> Path:
    path = opened.home / "identity"
    path.touch(mode=0o600)
    path.write_text(f"# ci\n{opened.environment['NEXCRED_IDENTITY']}\n")
    path.chmod(mode)
    return path


@pytest.mark.parametrize(("mode", "code"), [(0o600, 0), (0o400, 0), (0o644, 6), (0o640, 6), (0o666, 6)])
@pytest.mark.parametrize("way", ["option", "variable"])
def test_case_36_an_identity_file_that_others_may_read_is_refused(
    opened: Opened, mode: int, code: int, way: str
) -> None:
    path = str(identity_file(opened, mode))
    if way == "option":
        ran = opened("list", "--identity-file", path)
    else:
        ran = opened("list", environment={"NEXCRED_IDENTITY_FILE": path})
    assert ran.code == code
    if code:
        assert ("--identity-file: " if way == "option" else "NEXCRED_IDENTITY_FILE: ") in ran.err
        assert "chmod 600" in ran.err
        assert opened.environment["NEXCRED_IDENTITY"][20:40] not in ran.err


def test_case_36_a_pipe_is_taken_as_an_identity_file(opened: Opened) -> None:
    secret = opened.environment["NEXCRED_IDENTITY"]
    ran = opened("list", "--identity-file", "/dev/stdin", stdin=secret.encode())
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    "passphrase", [b"", b"\n", b"x" * 1025, b"x" * 1_000_000, b"\xff", PASSPHRASE.encode() + b"\n\n"]
)
def test_case_30_a_bad_passphrase_file_leaves_the_vault_locked(tmp_path: Path, passphrase: bytes) -> None:
    program = Program(tmp_path, NEXCRED_NO_INPUT="1")
    assert program("vault", "init", environment={"NEXCRED_PASSPHRASE": PASSPHRASE}).code == 0
    held = tmp_path / "held"
    held.touch(mode=0o600)
    held.write_bytes(passphrase)
    ran = program("list", environment={"NEXCRED_PASSPHRASE_FILE": str(held), "NEXCRED_PASSPHRASE": PASSPHRASE})
    assert (ran.code, ran.out) == (6, "")
    assert "NEXCRED_PASSPHRASE_FILE" in ran.err


@pytest.mark.parametrize(("passphrase", "code"), [("", 6), ("x" * 1025, 2)])
def test_case_30_a_bad_passphrase_makes_no_vault(tmp_path: Path, passphrase: str, code: int) -> None:
    program = Program(tmp_path, NEXCRED_NO_INPUT="1")
    ran = program("vault", "init", environment={"NEXCRED_PASSPHRASE": passphrase})
    assert ran.code == code
    assert list(tmp_path.rglob("vault.db")) == []


def test_case_30_the_same_passphrase_in_another_form_opens(tmp_path: Path) -> None:
    program = Program(tmp_path, NEXCRED_NO_INPUT="1")
    assert program("vault", "init", environment={"NEXCRED_PASSPHRASE": PASSPHRASE}).code == 0
    held = tmp_path / "held"
    held.touch(mode=0o600)
    held.write_bytes("cafe\u0301 of EXAMPLE\r\n".encode())
    assert program("list", environment={"NEXCRED_PASSPHRASE_FILE": str(held)}).code == 0


def test_case_27_a_vault_that_cannot_be_written_still_reads(opened: Opened) -> None:
    added = opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "key-EXAMPLE"})
    assert added.code == 0
    (vault,) = opened.home.rglob("vault.db")
    prefix: list[str] = []
    if os.geteuid() == 0:  # root writes where it may not, unless the mount is read-only
        script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
        prefix = ["unshare", "--mount", "sh", "-c", script, "sh", str(vault.parent)]
    vault.chmod(0o400)
    vault.parent.chmod(0o500)
    read, renamed = (
        subprocess.run([*prefix, *opened.command(*arguments)], env=opened.environment, capture_output=True, check=False)
        for arguments in (("get", "resci/api_key"), ("rename", "resci", "x"))
    )
    vault.parent.chmod(0o700)
    assert (read.returncode, read.stdout) == (0, b"key-EXAMPLE")
    assert (renamed.returncode, renamed.stdout) == (1, b"")
    assert b"is read-only" in renamed.stderr
