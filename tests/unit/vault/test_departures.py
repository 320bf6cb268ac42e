"""What is told when somebody leaves, also after others left before."""

from nexcred.vault.roster import MEMBER
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import add, open_new, update
from tests.support.shared_vault import join, share


def test_who_left_before_does_not_hide_what_nobody_can_open_any_more() -> None:
    ada = open_new(store := MemoryStore())
    bob, cyd = join(ada, store, "Bob", MEMBER), join(ada, store, "Cyd", MEMBER)
    add(bob, "bobs")
    share(bob, "bobs", cyd)
    first = ada.edit(lambda edit: edit.dismiss(cyd.identity.fingerprint))
    assert (first.exposed, first.orphaned) == (("bobs",), ())
    last = ada.edit(lambda edit: edit.dismiss(bob.identity.fingerprint))
    assert (last.exposed, last.orphaned) == (("bobs",), ("bobs",))


def test_what_is_disputed_for_a_thief_of_his_keys_is_known_to_him_too() -> None:
    ada = open_new(store := MemoryStore())
    bob = join(ada, store, "Bob", MEMBER)
    add(ada, "shared")
    add(ada, "his to read")
    share(ada, "shared", bob)
    share(ada, "his to read", bob)
    update(bob, "shared", "EXAMPLE-by-bob")
    told = ada.edit(lambda edit: edit.dismiss(bob.identity.fingerprint, is_compromised=True))
    assert told.disputed == ("shared",)
    assert told.exposed == ("his to read", "shared")
