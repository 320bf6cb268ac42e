"""Work in several processes: the same results, the same errors, nothing left behind."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from nexcred.errors import Tampered
from nexcred.stores.sqlite import SqliteStore
from nexcred.vault import processes
from nexcred.vault.processes import in_processes
from nexcred.vault.vault import Vault
from tests.sample_vault import add, open_new

MANY = list(range(processes.WORTHWHILE))


def children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def test_results_come_in_order_and_are_those_of_one_process() -> None:
    parts = in_processes(MANY, lambda part: [(number * 2, os.getpid()) for number in part])
    assert [number for part in parts for number, _ in part] == [number * 2 for number in MANY]
    if len(os.sched_getaffinity(0)) > 1:
        assert len({pid for part in parts for _, pid in part}) > 1
    assert not children()


def test_few_are_not_worth_a_process() -> None:
    assert in_processes(MANY[:10], lambda part: os.getpid()) == [os.getpid()]
    assert in_processes([], len) == [0]


def test_an_error_of_a_part_is_raised_here() -> None:
    def work(part: object) -> int:
        raise Tampered("a record of the vault was changed")

    with pytest.raises(Tampered):
        in_processes(MANY, work)
    assert not children()


def test_a_part_whose_process_was_killed_is_worked_on_again() -> None:
    parent = os.getpid()

    def work(part: Sequence[int]) -> int:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(part)

    assert sum(in_processes(MANY, work)) == len(MANY)
    assert not children()


def test_a_large_vault_is_mapped_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault: Vault = open_new(SqliteStore(tmp_path / "v.db"))
    for number in range(20):
        add(vault, f"credential {number}")
    alone = sorted(vault.map(lambda credential: credential.name))
    monkeypatch.setattr(processes, "WORTHWHILE", 2)
    assert sorted(vault.map(lambda credential: credential.name)) == alone == sorted(vault.names())
    assert not children()
