"""Work in several processes: the same results, the same errors, nothing left behind.

Each check runs in a process of its own with one thread: with several, as test runners have, nothing is forked.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from nexcred.errors import Tampered
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault import processes
from nexcred.vault.processes import in_processes
from tests.support.sample_vault import add, open_new

MANY = list(range(processes.WORTHWHILE))


def has_children() -> bool:
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def results_come_in_order_and_are_those_of_one_process() -> None:
    parts = in_processes(MANY, lambda part: [(number * 2, os.getpid()) for number in part])
    assert [number for part in parts for number, _ in part] == [number * 2 for number in MANY]
    assert len({pid for part in parts for _, pid in part}) == min(len(os.sched_getaffinity(0)), 8)


def few_are_not_worth_a_process() -> None:
    assert in_processes(MANY[:10], lambda part: os.getpid()) == [os.getpid()]
    assert in_processes([], len) == [0]


def an_error_of_a_part_is_raised_here() -> None:
    def work(part: object) -> int:
        raise Tampered("a record of the vault was changed")

    with pytest.raises(Tampered):
        in_processes(MANY, work)


def a_part_whose_process_was_killed_is_worked_on_again() -> None:
    parent = os.getpid()

    def work(part: Sequence[int]) -> int:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(part)

    assert sum(in_processes(MANY, work)) == len(MANY)


def a_large_vault_is_read_and_verified_as_a_small_one() -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault = open_new(SqliteStore(Path(folder) / "v.db"))
        for number in range(20):
            add(vault, f"credential {number}")
        alone = sorted(vault.map(lambda credential: credential.name)), vault.verify()
        processes.WORTHWHILE = 2
        assert (sorted(vault.map(lambda credential: credential.name)), vault.verify()) == alone
        assert alone[0] == sorted(vault.names())


CHECKS = (
    results_come_in_order_and_are_those_of_one_process,
    few_are_not_worth_a_process,
    an_error_of_a_part_is_raised_here,
    a_part_whose_process_was_killed_is_worked_on_again,
    a_large_vault_is_read_and_verified_as_a_small_one,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_in_a_process_of_one_thread(check: Callable[[], None]) -> None:
    code = f"from {__name__} import {check.__name__} as check, has_children; check(); assert not has_children()"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
