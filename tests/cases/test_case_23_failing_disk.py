"""Case 23: a full disk, a failing disk, too many open files, at the n-th call that `nexcred add` makes on its vault."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.program import Ran
from tests.support.strace import needs_strace, vault_paths

ADD = ("add", "aventri", "--no-probe", "--set", "account_id=EXAMPLE", "--set", "api_key=env:HELD", "--json")
FULL = [("pwrite64", n, "ENOSPC") for n in (1, 2, 9, 22, 23)]
BROKEN_BEFORE = [("pwrite64", 3, "EIO"), ("pread64", 1, "EIO")]
# The second one syncs the folder of the new journal, which SQLite lets fail.
BROKEN_WHILE_COMMITTING = [*(("fdatasync", n, "EIO") for n in (1, 3, 4)), ("unlink", 1, "EIO")]


def add_with_fault(opened: Opened, syscall: str, when: int, error: str, *, paths: Sequence[Path] | None = None) -> Ran:
    """Add a credential while the n-th such call on these paths, or on the vault's files and folder, fails."""
    vault = opened.home / ".local" / "share" / "nexcred" / "vault.db"
    traced = [part for path in paths or vault_paths(vault) for part in ("-P", str(path))]
    strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={syscall}", *traced]
    strace += ["-e", f"inject={syscall}:error={error}:when={when}"]
    done = subprocess.run(
        [*strace, *opened.command(*ADD)],
        capture_output=True,
        env={**opened.environment, "HELD": "EXAMPLE-key"},
        cwd=opened.home,
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def code_of(ran: Ran) -> object:
    assert (ran.code, ran.out) == (1, ""), ran.err
    assert "Traceback" not in ran.err
    return json.loads(ran.err.splitlines()[-1])["error"]["code"]


@needs_strace
@pytest.mark.parametrize(("syscall", "when", "error"), [*FULL, *BROKEN_BEFORE])
def test_case_23_a_write_that_fails_changes_nothing(opened: Opened, syscall: str, when: int, error: str) -> None:
    ran = add_with_fault(opened, syscall, when, error)
    assert code_of(ran) == "store_failed"
    assert ("the disk is full" in ran.err) == (error == "ENOSPC")
    assert opened.names == []
    assert opened("vault", "verify").code == 0


@needs_strace
@pytest.mark.parametrize(("syscall", "when", "error"), BROKEN_WHILE_COMMITTING)
def test_case_23_an_error_while_committing_is_an_unknown_outcome(
    opened: Opened, syscall: str, when: int, error: str
) -> None:
    assert code_of(add_with_fault(opened, syscall, when, error)) == "outcome_unknown"
    assert opened.names in ([], ["aventri"])
    assert opened("vault", "verify").code == 0


@needs_strace
@pytest.mark.parametrize("when", range(1, 8))
def test_case_23_too_many_open_files_lose_nothing(opened: Opened, when: int) -> None:
    ran = add_with_fault(opened, "openat", when, "EMFILE")
    assert opened("vault", "verify").code == 0
    if ran.code:
        assert code_of(ran) == "store_failed"
        assert opened.names == []
    else:
        assert opened.names == ["aventri"]


@needs_strace
def test_case_23_no_descriptor_for_the_journal_is_a_failure(opened: Opened) -> None:
    journal = opened.home / ".local" / "share" / "nexcred" / "vault.db-journal"
    assert code_of(add_with_fault(opened, "openat", 1, "EMFILE", paths=[journal])) == "store_failed"
    assert opened.names == []


@needs_strace
@pytest.mark.parametrize(("syscall", "error"), [("write", "ENOSPC"), ("fsync", "EIO"), ("rename", "EIO")])
def test_case_23_what_cannot_be_remembered_is_a_warning(opened: Opened, syscall: str, error: str) -> None:
    state = opened.home / ".local" / "state" / "nexcred"
    ran = add_with_fault(opened, syscall, 1, error, paths=[state / "anchors.json.new", state / "anchors.json"])
    assert ran.code == 0, ran.err
    assert "cannot remember the vault's newest state" in ran.err
    assert opened.names == ["aventri"]
    assert not (state / "anchors.json.new").exists()
