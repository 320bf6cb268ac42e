"""Case 82: `until`, wrong clocks, a vault quiet for a month, and a member who dates heads back or ahead."""

import json
from datetime import datetime, timedelta

import pytest

from nexcred.errors import NotPermitted
from nexcred.vault.identity import Identity
from nexcred.vault.record import open_as
from nexcred.vault.roster import GUEST, MEMBER, OWNER
from nexcred.vault.vault import Vault
from tests.support.clock import Clock, ada, clock
from tests.support.forged_states import append_entry, sign_head
from tests.support.forging import overview_of, write_as_no_honest_program
from tests.support.memory_store import MemoryStore
from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, said_no, vault_of
from tests.support.sample_vault import NOW, describe, update
from tests.support.shared_vault import join, share

__all__ = ["ada", "clock"]

DAY = timedelta(days=1)


@pytest.fixture
def job(ada: Vault) -> Identity:
    """A guest for a day that holds "prod"; whoever stole its string heeds no clock."""
    identity = Identity.generate().bind(ada.vault_id, ada.floor)
    ada.edit(lambda edit: edit.admit(identity.public, "ci", GUEST, milliseconds(NOW + DAY)))
    ada.edit(lambda edit: edit.share(edit.find("prod"), [identity.fingerprint]))
    return identity


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def reads_it(job: Identity, ada: Vault, store: MemoryStore) -> bool:
    """True when the present values are sealed to the guest, whatever its program would say."""
    try:
        open_as(store.tables.items[overview_of(ada, "prod").details], job, None)
    except NotPermitted:
        return False
    return True


def names(vault: Vault) -> list[str]:
    return [one.full_name for one in vault.members]


@pytest.mark.parametrize("back_to", [0, milliseconds(NOW)])
def test_case_82_a_member_who_dates_heads_back_keeps_no_guest(
    ada: Vault, job: Identity, store: MemoryStore, clock: Clock, back_to: int
) -> None:
    mallory = join(ada, store, "Mallory", MEMBER)
    clock.now = NOW + 2 * DAY
    update(ada, "prod", "EXAMPLE-first")
    for value in ("EXAMPLE-second", "EXAMPLE-third"):
        sign_head(store, mallory, time_ms=back_to)
        update(Vault(store, ada.identity, now=clock), "prod", value)
        assert not reads_it(job, ada, store)
        assert names(ada) == ["Ada Example", "Mallory"]


def test_case_82_nor_is_it_sealed_to_by_other_members(
    ada: Vault, job: Identity, store: MemoryStore, clock: Clock
) -> None:
    mallory, bob = join(ada, store, "Mallory", MEMBER), join(ada, store, "Bob", MEMBER)
    share(ada, "prod", bob)
    bob = Vault(store, bob.identity, now=clock)
    clock.now = NOW + 2 * DAY
    update(bob, "prod", "EXAMPLE-first")
    sign_head(store, mallory, time_ms=0)
    update(bob, "prod", "EXAMPLE-second")
    assert not reads_it(job, ada, store)
    assert "ci" in names(ada), "only an owner removes it"


def test_case_82_a_member_who_dates_heads_ahead_ends_no_guest(
    ada: Vault, job: Identity, store: MemoryStore, clock: Clock
) -> None:
    mallory = join(ada, store, "Mallory", MEMBER)
    sign_head(store, mallory, time_ms=2**48)
    update(ada, "prod", "EXAMPLE-next")
    assert reads_it(job, ada, store)
    assert "ci" in names(ada)
    assert ada.written_at.year == 2026, "the head that ada wrote over it is dated by her own clock"


def test_case_82_ones_own_wrong_clock_ends_no_guest_by_itself(ada: Vault, job: Identity, store: MemoryStore) -> None:
    off = Vault(store, ada.identity, now=lambda: NOW + 3650 * DAY)
    update(off, "prod", "EXAMPLE-next")
    assert reads_it(job, ada, store)
    update(ada, "prod", "EXAMPLE-after")
    assert reads_it(job, ada, store), "by a clock that is right it is not over"
    early = Vault(store, ada.identity, now=lambda: NOW - 3650 * DAY)
    update(early, "prod", "EXAMPLE-early")
    assert reads_it(job, ada, store)


def test_case_82_two_owners_remove_it_once(ada: Vault, job: Identity, store: MemoryStore, clock: Clock) -> None:
    carol = Vault(store, join(ada, store, "Carol", OWNER).identity, now=clock)
    clock.now = NOW + 2 * DAY
    describe(ada, "prod", "the first write after it")
    carol.names()  # who looked while it was there
    told: list[str] = []
    for owner in (ada, carol):
        owner._warn = told.append
        describe(owner, "test", "by who looked before the other wrote")
    assert names(carol) == names(ada) == ["Ada Example", "Carol"]
    assert told == ["'ci' was a guest until a time that has passed, and is removed"]


def test_case_82_who_is_no_owner_any_more_writes_on(
    ada: Vault, job: Identity, store: MemoryStore, clock: Clock
) -> None:
    carol = Vault(store, join(ada, store, "Carol", OWNER).identity, now=clock)
    clock.now = NOW + 2 * DAY
    describe(carol, "prod", "the first write after it")
    behind = Vault(store, ada.identity, now=lambda: NOW)
    behind.edit(lambda edit: edit.change_role(carol.state.me.id, MEMBER))
    describe(carol, "test", "by who was an owner when she looked last")
    assert carol.role == MEMBER


def test_case_82_an_end_that_was_moved_meanwhile_holds(
    ada: Vault, job: Identity, store: MemoryStore, clock: Clock
) -> None:
    ends = {"op": "until", "until_ms": milliseconds(NOW + 9 * DAY)}
    write_as_no_honest_program(ada, lambda copy: append_entry(copy, ends, job.public))
    clock.now = NOW + 2 * DAY
    for value in ("EXAMPLE-first", "EXAMPLE-second"):
        update(ada, "prod", value)
        assert reads_it(job, ada, store)
    Vault(store, job, now=clock)


def test_case_82_the_program_refuses_after_it_says_so_and_goes_no_further(opened: Opened) -> None:
    keep(opened, "prod")
    job = invite(opened, "ci", "--grant", "prod", "--until", "2d")
    assert job("get", "prod/api_key").out == KEY.format("prod")
    (shown,) = (one for one in json.loads(opened("member", "list", "--json").out) if one["full_name"] == "ci")
    assert shown["until"] is not None
    end(opened, "ci")
    told = ("'ci' was let in until a time that has passed", "nexcred identity new")
    for words in (("get", "prod/api_key"), ("list",), ("show", "prod")):
        assert said_no(job(*words), 10, *told)
    assert said_no(job("run", "--env", "K=prod/api_key", "--", "printenv", "K"), 125, *told)
    said = opened("rename", "prod", "x").err
    assert "'ci' was a guest until a time that has passed, and is removed" in said
    assert said_no(job("list"), 10, "opens nothing in this vault")


def end(owner: Opened, name: str) -> None:
    """Let a guest end yesterday, as if a day had passed; two heads are dated after that."""
    ada = vault_of(owner)
    (who,) = (one for one in ada.state.roster.members.values() if one.full_name == name)
    body = {"op": "until", "until_ms": milliseconds(ada.written_at - DAY)}
    write_as_no_honest_program(ada, lambda copy: append_entry(copy, body, who.public))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--until", "2020-01-31"), 2),
        (("--until", "-1d"), 2),
        (("--until", "0d"), 2),
        (("--until", "999999w"), 2),
        (("--role", "member", "--until", "2d"), 2),
    ],
)
def test_case_82_what_is_no_end_lets_nobody_in(opened: Opened, words: tuple[str, ...], code: int) -> None:
    ran = opened("identity", "new", "ci", *words, "-o", "ci.identity")
    assert (ran.code, ran.out) == (code, "")
    assert not (opened.home / "ci.identity").exists()
