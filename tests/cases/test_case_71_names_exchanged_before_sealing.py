"""Case 71: a member exchanges the names of two credentials, and waits for somebody to seal or sign something by a name.

Both are hers and in order, so that nothing but the name is a lie: one of them he holds.
"""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from nexcred.errors import ChangedMeanwhile, NameMoved, NotPermitted, RolledBack
from nexcred.services.credentials import trust as trusting
from nexcred.services.vaults.guest_line import line_for
from nexcred.services.vaults.new_identity import make_identity
from nexcred.services.vaults.recipients import Recipients
from nexcred.services.vaults.share import share as share_by_name
from nexcred.vault.changes import Changes
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.vault import Vault
from tests.support.lying_member import RacedStore, WatchedStore, exchange_names, id_of, keep_record, put_back
from tests.support.sample_vault import NOW, add, describe, open_new, remove, update
from tests.support.shared_vault import join, rekey, secret_of, share


class People(NamedTuple):
    """Ada adds and uses "root" and "demo"; Mal holds "demo", and "mals", which he shares with her."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    mal: Vault

    def ada_again(self, memory: ProcessMemory | None = None) -> Vault:
        """Return Ada in another process, on her machine or on another one."""
        return Vault(self.store, self.ada.identity, memory=memory or self.ada._memory, now=lambda: NOW)


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, mal = join(ada, store, "Bob", MEMBER), join(ada, store, "Mal", MEMBER)
    add(ada, "root", "EXAMPLE-root")
    add(ada, "demo", "EXAMPLE-demo")
    share(ada, "demo", mal)
    add(mal, "mals", "EXAMPLE-mals")
    share(mal, "mals", ada)
    for name in ("root", "demo"):
        secret_of(ada, name)
    return People(store, ada, bob, mal)


def shares_the_harmless_one(people: People) -> None:
    share(people.ada, "demo", people.mal)


def shares_it_as_the_program_does(people: People) -> None:
    (mal,) = [member for member in people.ada.members if member.id == id_of(people.mal)]
    share_by_name(people.ada, [people.ada.find("demo")], Recipients((mal,)))


def makes_an_identity_that_opens_it(people: People) -> None:
    make_identity(people.ada, "ci", GUEST, ["demo"], lambda _: None)


def takes_him_off(people: People) -> None:
    people.ada.edit(lambda edit: edit.unshare(edit.find("demo"), [id_of(people.mal)]))


def enters_the_next_secret(people: People) -> None:
    secret_of(people.ada, "root")
    update(people.ada, "root", "EXAMPLE-next-root")


def enters_it_unread(people: People) -> None:
    update(people.ada, "root", "EXAMPLE-next-root")


def gives_it_another_name(people: People) -> None:
    people.ada.edit(lambda edit: edit.update(edit.find("demo"), Changes(name="demo-2")))


ACTS = [
    shares_the_harmless_one,
    shares_it_as_the_program_does,
    makes_an_identity_that_opens_it,
    takes_him_off,
    enters_the_next_secret,
    enters_it_unread,
    gives_it_another_name,
]


@pytest.mark.parametrize("act", ACTS)
def test_case_71_nothing_is_sealed_or_signed_by_a_name_that_leads_elsewhere(
    people: People, act: Callable[[People], None]
) -> None:
    exchange_names(people.mal, "root", "demo")
    before = people.store.tables.copy()
    with pytest.raises(NameMoved, match="leads to another record than on this machine before") as refused:
        act(people)
    assert "nexcred trust" in refused.value.hint
    assert people.store.tables == before
    assert "root" not in people.store.sealed_to(people.mal)


@pytest.mark.parametrize("act", ACTS)
def test_case_71_nor_after_what_else_is_written_meanwhile(people: People, act: Callable[[People], None]) -> None:
    """What is written for another reason teaches this machine no name."""
    exchange_names(people.mal, "root", "demo")
    for name in ("root", "demo"):
        describe(people.ada, name, "EXAMPLE")
    share(people.ada, "mals", people.bob)
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    rekey(people.ada)
    with pytest.raises(NameMoved):
        act(people)
    assert "root" not in people.store.sealed_to(people.mal)


def test_case_71_what_was_written_meanwhile_does_not_let_his_own_record_be_used(people: People) -> None:
    exchange_names(people.mal, "root", "mals")
    describe(people.ada, "root", "EXAMPLE")
    people.ada.edit(lambda edit: edit.complete(edit.find("root")))
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    for vault in (people.ada, people.ada_again()):
        with pytest.raises(NameMoved, match="written by Mal"):
            secret_of(vault, "root")
    rekey(people.ada)
    for vault in (people.ada, people.ada_again()):
        with pytest.raises(NameMoved, match="written by Mal"):
            secret_of(vault, "root")


def test_case_71_two_that_are_hers_and_known_here_are_not_taken_for_each_other(people: People) -> None:
    exchange_names(people.mal, "root", "demo")
    with pytest.raises(NameMoved, match="written by Ada"):
        secret_of(people.ada, "root")


def laptop_of(people: People) -> Vault:
    """Return Ada on a machine of which the other one knows nothing."""
    return people.ada_again(ProcessMemory())


def test_case_71_what_was_added_anew_elsewhere_is_read_unasked_and_shared_once_it_is_trusted(people: People) -> None:
    laptop = laptop_of(people)
    remove(laptop, "root")
    add(laptop, "root", "EXAMPLE-new-root")
    assert secret_of(people.ada, "root") == "EXAMPLE-new-root"
    assert secret_of(people.ada, "root") == "EXAMPLE-new-root"
    update(people.ada, "root", "EXAMPLE-next")  # nobody else holds it
    with pytest.raises(NameMoved):
        share(people.ada, "root", people.bob)
    trusting.trust(people.ada, trusting.look_at(people.ada, "root"))
    share(people.ada, "root", people.bob)
    update(people.ada, "root", "EXAMPLE-last")
    assert secret_of(people.bob, "root") == "EXAMPLE-last"


@pytest.mark.parametrize("is_read", [True, False])
def test_case_71_the_next_secret_is_not_sealed_to_whom_another_of_hers_is_shared_with(
    people: People, is_read: bool
) -> None:
    """She wrote the other one too, elsewhere."""
    laptop = laptop_of(people)
    add(laptop, "new-demo", "EXAMPLE-demo")
    share(laptop, "new-demo", people.mal)
    exchange_names(people.mal, "root", "new-demo")
    if is_read:
        with pytest.raises(NameMoved, match="that one is 'new-demo' now"):
            secret_of(people.ada, "root")
    with pytest.raises(NameMoved):
        update(people.ada, "root", "EXAMPLE-next-root")
    assert "root" not in people.store.sealed_to(people.mal)


@pytest.mark.parametrize("is_read", [True, False])
def test_case_71_a_name_that_only_another_machine_knows_does_not_stand_for_a_record_that_is_known_here(
    people: People, is_read: bool
) -> None:
    add(laptop_of(people), "payroll", "EXAMPLE-payroll")
    exchange_names(people.mal, "demo", "payroll")
    if is_read:
        with pytest.raises(NameMoved, match="by another name: 'demo', which leads to another record now"):
            secret_of(people.ada, "payroll")
    with pytest.raises(NameMoved, match="by another name"):
        update(people.ada, "payroll", "EXAMPLE-next-payroll")
    assert "payroll" not in people.store.sealed_to(people.mal)


@pytest.mark.parametrize("name", ["root", "new"])
def test_case_71_what_is_hers_alone_gets_no_new_values_by_a_name_that_was_exchanged(people: People, name: str) -> None:
    """They would be sent to where the other one's go, though nobody else gets them."""
    add(laptop_of(people), "new", "EXAMPLE-new")
    exchange_names(people.mal, "root", "new")
    before = people.store.tables.copy()
    with pytest.raises(NameMoved):
        update(people.ada, name, "EXAMPLE-next")
    assert people.store.tables == before


@pytest.mark.parametrize("is_read", [True, False])
def test_case_71_what_only_another_machine_knows_is_not_shared_by_a_name_that_is_known_here(
    people: People, is_read: bool
) -> None:
    laptop = laptop_of(people)
    add(laptop, "payroll", "EXAMPLE-payroll")
    exchange_names(people.mal, "demo", "payroll")
    if is_read:
        with pytest.raises(NameMoved):
            secret_of(people.ada, "demo")
    with pytest.raises(NameMoved):
        share(people.ada, "demo", people.mal)
    assert "payroll" not in people.store.sealed_to(people.mal)


@pytest.mark.parametrize("is_written_by", ["Ada", "Mal"])
def test_case_71_a_name_that_was_followed_leads_nowhere_else_unasked(people: People, is_written_by: str) -> None:
    """He gives what she uses another name, waits until she uses it by that, and exchanges it then."""
    if is_written_by == "Ada":
        add(laptop_of(people), "bait", "EXAMPLE-bait")
        share(laptop_of(people), "bait", people.mal)
    else:
        add(people.mal, "bait", "EXAMPLE-bait")
        share(people.mal, "bait", people.ada)
    people.mal.edit(lambda edit: edit.update(edit.find("root"), Changes(name="root of all")))
    assert secret_of(people.ada, "root of all") == "EXAMPLE-root"
    exchange_names(people.mal, "root of all", "bait")
    with pytest.raises(NameMoved):
        secret_of(people.ada, "root of all")
    with pytest.raises(NameMoved):
        update(people.ada, "root of all", "EXAMPLE-next-root")
    assert "root" not in people.store.sealed_to(people.mal)


def test_case_71_who_was_taken_off_does_not_follow_himself_under_the_name(people: People) -> None:
    laptop = people.ada_again(ProcessMemory())
    laptop.edit(lambda edit: edit.unshare(edit.find("demo"), [id_of(people.mal)]))
    remove(people.mal, "demo")
    add(people.mal, "demo", "EXAMPLE-his")
    share(people.mal, "demo", people.ada)
    with pytest.raises(NameMoved, match="written by Mal"):
        secret_of(people.ada, "demo")


def test_case_71_an_exchange_between_looking_and_writing_changes_nothing(people: People) -> None:
    """Also where this machine knows neither of the names."""
    raced = RacedStore(people.store.tables, before_writing=lambda: exchange_names(people.mal, "root", "demo"))
    ada = Vault(raced, people.ada.identity)
    (bob,) = [member for member in ada.members if member.id == id_of(people.bob)]
    with pytest.raises(ChangedMeanwhile):
        share_by_name(ada, [ada.find("demo")], Recipients((bob,)))
    exchange_names(people.mal, "root", "demo")
    raced = RacedStore(people.store.tables, before_writing=lambda: exchange_names(people.mal, "root", "demo"))
    with pytest.raises(ChangedMeanwhile):
        make_identity(Vault(raced, people.ada.identity), "ci", GUEST, ["demo"], lambda _: None)
    assert all(len(people.ada.holders(one)) < 3 for one in people.ada.credentials())


def test_case_71_no_line_for_a_guest_tells_of_a_name_that_leads_elsewhere(people: People) -> None:
    ci = join(people.ada, people.store, "ci", GUEST)
    share(people.ada, "root", ci)
    share(people.mal, "mals", ci)
    exchange_names(people.mal, "root", "mals", guests=[ci.identity.public])
    (guest,) = [one for one in people.ada.members if one.id == id_of(ci)]
    line = line_for(people.ada, guest)
    job = Vault(people.store, ci.identity, checkpoint=line.checkpoint)
    with pytest.raises(NotPermitted, match="made the name lead to another record"):
        secret_of(job, "root")
    assert [(one.name, type(error)) for one, error in line.left_out] == [("mals", NameMoved), ("root", NameMoved)]


def test_case_71_what_is_older_than_it_was_seen_here_is_not_trusted_by_its_name(people: People) -> None:
    old = keep_record(people.mal, "demo")
    update(people.ada, "demo", "EXAMPLE-2")
    put_back(people.mal, old)
    with pytest.raises(RolledBack):
        trusting.trust(people.ada, trusting.look_at(people.ada, "demo"))
    with pytest.raises(RolledBack):
        secret_of(people.ada, "demo")
