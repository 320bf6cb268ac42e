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
from nexcred.vault import worthwhile
from nexcred.vault.access_list import AccessList
from nexcred.vault.identity import Identity
from nexcred.vault.primitives import wrap_key
from nexcred.vault.processes import in_processes, while_others_work
from nexcred.vault.roster import MEMBER
from nexcred.vault.statements import DetailsStatement
from nexcred.vault.vault import Vault
from nexcred.vault.version1.access_list import FirstAccessList
from tests.support.forging import find, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, open_new
from tests.support.shared_vault import join

MANY = list(range(worthwhile.WORTHWHILE))


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


def an_error_here_waits_for_nobody_whose_result_is_not_wanted() -> None:
    """More than a pipe holds, which a process would wait for somebody to read."""
    parent = os.getpid()

    def work(part: Sequence[int]) -> bytes:
        if os.getpid() == parent:
            raise Tampered("a record of the vault was changed")
        return bytes(1_000_000)

    with pytest.raises(Tampered):
        in_processes(MANY, work)
    parts = while_others_work(MANY, work, own=2, others=3)
    next(parts)
    parts.close()


def whoever_is_killed_leaves_no_process_behind() -> None:
    """Each of several ends once nobody reads: none holds the other end of its own pipe, or of another's."""
    os.sched_getaffinity = lambda _pid: set(range(3))  # several, whatever the machine has
    watched, held = os.pipe()
    parent = os.fork()
    if parent == 0:
        pid = os.getpid()
        os.close(watched)
        in_processes(MANY, lambda _: os.kill(pid, signal.SIGKILL) if os.getpid() == pid else bytes(1_000_000))
    os.close(held)
    assert os.waitpid(parent, 0)[1] == signal.SIGKILL
    assert os.read(watched, 1) == b""  # which ends when the last of them has


def a_large_vault_is_read_and_verified_as_a_small_one() -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault = open_new(SqliteStore(Path(folder) / "v.db"))
        for number in range(20):
            add(vault, f"credential {number}")
        alone = sorted(vault.map(lambda credential: credential.name)), vault.verify()
        worthwhile.WORTHWHILE = 2
        assert (sorted(vault.map(lambda credential: credential.name)), vault.verify()) == alone
        assert alone[0] == sorted(vault.names())


def others_work_on_their_parts_while_one_goes_through_its_own() -> None:
    parts = while_others_work(MANY, lambda part: (len(part), os.getpid()), own=2, others=3)
    seen = list(parts)
    assert [number for part, _ in seen for number in part] == MANY
    assert seen[0][1] is None
    assert all(result == (len(part), result[1]) for part, result in seen[1:] if result)
    pids = {result[1] for _, result in seen[1:] if result}
    assert len(pids) == len(seen) - 1 == min(len(os.sched_getaffinity(0)), 8) - 1
    assert os.getpid() not in pids


def where_there_is_one_processor_nobody_else_works() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    assert list(while_others_work(MANY, len, own=2, others=3)) == [(MANY, None)]


def few_are_for_one_alone() -> None:
    assert list(while_others_work(MANY[:10], len, own=2, others=3)) == [(MANY[:10], None)]
    assert list(while_others_work([], len, own=2, others=3)) == [([], None)]


def whoever_stops_early_leaves_no_process_behind() -> None:
    parts = while_others_work(MANY, len, own=2, others=3)
    assert next(parts)[1] is None
    parts.close()
    for part, _ in while_others_work(MANY, len, own=2, others=3):
        with pytest.raises(Tampered):
            raise Tampered(f"something in a part of {len(part)}")
        break


def no_two_processes_wrap_a_key_with_the_same_share() -> None:
    recipient = Identity.generate().public.agreement
    parts = in_processes(MANY, lambda part: [wrap_key(bytes(32), recipient, b"EXAMPLE")[:32] for _ in part[:100]])
    shares = [share for part in parts for share in part]
    assert len(set(shares)) == len(shares) == 100 * len(parts)


def what_is_wrong_is_found_whoever_checks_it() -> None:
    alone = _found_wrong()
    worthwhile.WORTHWHILE = 2
    assert _found_wrong() == alone


def _found_wrong() -> object:
    """Return what a removal and new keys say of a vault in which a member has spoilt signatures and hidden lists."""
    ada = open_new(store := MemoryStore())
    bob = join(ada, store, "Bob", MEMBER)
    _spoil_every_third(ada, bob)
    hidden = [_put_back(ada, bob, f"hidden {number}") for number in range(5)]
    known = [_take_off(ada, bob, f"known {number}") for number in range(5)]
    departure = ada.edit(lambda edit: edit.dismiss(bob.identity.fingerprint))
    assert departure.disputed == ("adas 3", "adas 6", "bobs 0", "bobs 3", "bobs 6", *hidden)
    assert {*known} <= {*departure.exposed}
    assert departure.pinned == tuple(f"bobs {number}" for number in range(9) if number % 3)
    new = Identity.generate().bind(ada.vault_id, ada.floor)
    rekeyed = ada.edit(lambda edit: edit.rekey(new, ada.memory.signed(ada.vault_id)))
    assert rekeyed.disputed == ("adas 0", "adas 3", "adas 6", *hidden)
    assert ada.signed_elsewhere() == []
    return departure._replace(to_rotate=()), rekeyed, len(ada.verify().faults)


def _spoil_every_third(ada: Vault, bob: Vault) -> None:
    for number in range(9):
        for whose, vault in (("adas", ada), ("bobs", bob)):
            name = f"{whose} {number}"
            add(vault, name)
            if number == 0:
                rewrite_overview(bob, name, lambda one: {"statement": _unsigned(one.statement)})
            elif number % 3 == 0:
                rewrite_overview(bob, name, lambda one: {"access": _unsigned(one.access)})


def _put_back(ada: Vault, bob: Vault, name: str) -> str:
    """Let bob hide that he holds a record, with a list from before that."""
    add(ada, name)
    before = ada.look(lambda copy: find(copy, name).overview.access)
    ada.edit(lambda edit: edit.share(edit.find(name), [bob.identity.fingerprint]))
    rewrite_overview(bob, name, lambda _: {"access": before})
    return name


def _take_off(ada: Vault, bob: Vault, name: str) -> str:
    """Let bob hold a record no more, whose values he knows."""
    add(ada, name)
    ada.edit(lambda edit: edit.share(edit.find(name), [bob.identity.fingerprint]))
    ada.edit(lambda edit: edit.unshare(edit.find(name), [bob.identity.fingerprint]))
    return name


def _unsigned(one: AccessList | FirstAccessList | DetailsStatement | None) -> object:
    assert isinstance(one, (AccessList, DetailsStatement))
    return one._replace(signature=bytes(64))


CHECKS = (
    results_come_in_order_and_are_those_of_one_process,
    few_are_not_worth_a_process,
    an_error_of_a_part_is_raised_here,
    a_part_whose_process_was_killed_is_worked_on_again,
    an_error_here_waits_for_nobody_whose_result_is_not_wanted,
    whoever_is_killed_leaves_no_process_behind,
    a_large_vault_is_read_and_verified_as_a_small_one,
    others_work_on_their_parts_while_one_goes_through_its_own,
    where_there_is_one_processor_nobody_else_works,
    few_are_for_one_alone,
    whoever_stops_early_leaves_no_process_behind,
    no_two_processes_wrap_a_key_with_the_same_share,
    what_is_wrong_is_found_whoever_checks_it,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_in_a_process_of_one_thread(check: Callable[[], None]) -> None:
    code = f"from {__name__} import {check.__name__} as check, has_children; check(); assert not has_children()"
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
