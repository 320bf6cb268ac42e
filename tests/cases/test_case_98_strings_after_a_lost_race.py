"""Case 98: the string of a new guest or of a re-keyed member, when another writer was quicker.

It is handed out before the write, so it says how far the roster had come then; what others write meanwhile extends it.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from nexcred.errors import ChangedMeanwhile, Conflict, NotPermitted
from nexcred.services.vaults.new_identity import make_identity
from nexcred.services.vaults.rekey import NewLocks, rekey
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.vault import Vault
from tests.support.forged_states import cut_roster
from tests.support.lying_member import RacedStore
from tests.support.memory_store import MemoryStore
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, on_another_machine, said_no
from tests.support.sample_vault import NOW, describe, remove, update
from tests.support.shared_vault import join, secret_of, share


class Racing(NamedTuple):
    """Lets another writer outrun Ada once, before she begins to write or as she commits."""

    store: MemoryStore
    ada: Vault
    when: str

    def by(self, meanwhile: Callable[[], object]) -> Vault:
        """Return the vault as Ada opens it in another process, which is outrun."""
        outrun = RacedStore(self.store.tables, **{self.when: meanwhile})
        return Vault(outrun, self.ada.identity, memory=self.ada.memory, now=lambda: NOW)


@pytest.fixture(params=["before_writing", "before_commit"])
def race(ada: Vault, store: MemoryStore, request: pytest.FixtureRequest) -> Racing:
    return Racing(store, ada, request.param)


def made(vault: Vault, role: str, *names: str) -> list[Identity]:
    handed_out: list[Identity] = []
    make_identity(vault, "late", role, names, handed_out.append)
    return handed_out


def opens(store: MemoryStore, identity: Identity) -> Vault:
    """Open it with the string that was handed out, on a machine that remembers nothing."""
    return Vault(store, Identity.parse(identity.secret_string), memory=ProcessMemory(), now=lambda: NOW)


@pytest.mark.parametrize("role", [GUEST, MEMBER])
def test_case_98_the_string_of_somebody_new_opens_when_others_came_meanwhile(
    ada: Vault, store: MemoryStore, race: Racing, role: str
) -> None:
    slow = race.by(lambda: join(ada, store, "Bob", MEMBER))
    (string,) = made(slow, role, "prod")
    assert [one.full_name for one in slow.members] == ["Ada Example", "Bob", "late"]
    assert string.floor is not None
    assert string.floor.roster_length == 1, "as it was read before"
    late = opens(store, string)
    assert secret_of(late, "prod") == "EXAMPLE-prod"
    share(ada, "test", late)
    assert late.role == role


def test_case_98_what_the_string_says_still_holds_against_who_cuts_the_roster(
    ada: Vault, store: MemoryStore, race: Racing
) -> None:
    mallory = join(ada, store, "Mallory", MEMBER)
    slow = race.by(lambda: join(ada, store, "Bob", MEMBER))
    (string,) = made(slow, GUEST, "prod")
    assert secret_of(opens(store, string), "prod") == "EXAMPLE-prod"
    cut_roster(store, mallory, 3)  # as the other writer left it
    with pytest.raises(NotPermitted, match="not in the roster"):
        opens(store, string)


def test_case_98_a_value_that_changed_meanwhile_is_the_one_that_it_opens(
    ada: Vault, store: MemoryStore, race: Racing
) -> None:
    slow = race.by(lambda: update(ada, "prod", "EXAMPLE-newer"))
    (string,) = made(slow, GUEST, "prod")
    assert secret_of(opens(store, string), "prod") == "EXAMPLE-newer"


def test_case_98_a_name_that_is_gone_meanwhile_lets_nobody_in(ada: Vault, store: MemoryStore, race: Racing) -> None:
    slow = race.by(lambda: remove(ada, "prod"))
    with pytest.raises(ChangedMeanwhile):
        made(slow, GUEST, "prod")
    assert [one.full_name for one in ada.members] == ["Ada Example"]


def test_case_98_a_name_that_was_taken_by_another_meanwhile_lets_nobody_in_twice(
    ada: Vault, store: MemoryStore, race: Racing
) -> None:
    slow = race.by(lambda: join(ada, store, "late", MEMBER))
    with pytest.raises(Conflict, match="'late'"):
        made(slow, GUEST, "prod")
    assert [one.full_name for one in ada.members] == ["Ada Example", "late"]


@pytest.mark.parametrize("meanwhile", ["a member comes", "a value changes", "somebody else has new keys"])
def test_case_98_the_string_of_new_keys_opens_what_was_written_meanwhile(
    ada: Vault, store: MemoryStore, race: Racing, meanwhile: str
) -> None:
    bob = join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)

    def outrun() -> None:
        if meanwhile == "a member comes":
            join(ada, store, "Carol", MEMBER)
        elif meanwhile == "a value changes":
            update(bob, "prod", "EXAMPLE-newer")
        else:
            new_keys(Vault(store, bob.identity, memory=bob.memory, now=lambda: NOW))

    string = new_keys(race.by(outrun))
    again = opens(store, string)
    assert secret_of(again, "prod") == ("EXAMPLE-newer" if meanwhile == "a value changes" else "EXAMPLE-prod")
    describe(again, "test", "goes on")
    assert again.verify().faults == ()
    with pytest.raises(NotPermitted):
        Vault(store, ada.identity)


def new_keys(vault: Vault) -> Identity:
    handed_out: list[Identity] = []
    rekey(vault, NewLocks(), handed_out.append)
    (string,) = handed_out
    return string


def test_case_98_processes_that_make_identities_at_once_make_good_ones(opened: Opened, tmp_path: Path) -> None:
    keep(opened, "prod")
    with ThreadPoolExecutor(4) as pool:
        jobs = list(pool.map(lambda number: invite(opened, f"ci {number}", "--grant", "prod"), range(4)))
    for number, job in enumerate(jobs):
        fresh = on_another_machine(job, tmp_path / str(number))
        ran = fresh("get", "prod/api_key")
        assert (ran.code, ran.out) == (0, KEY.format("prod")), ran.err
    assert opened("member", "remove", "ci 0", "--yes").code == 0
    assert said_no(jobs[0]("list"), 10)
