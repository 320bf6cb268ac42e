"""What is told when somebody leaves, also after others left before."""

from nexcred.vault.identity import Identity
from nexcred.vault.roster import MEMBER
from nexcred.vault.vault import Vault
from tests.memory_store import MemoryStore
from tests.sample_vault import NOW, add, open_new


def test_who_left_before_does_not_hide_what_nobody_can_open_any_more() -> None:
    ada = open_new(store := MemoryStore())
    bob, cyd = Identity.generate(), Identity.generate()
    for identity, name in ((bob, "Bob"), (cyd, "Cyd")):
        ada.edit(lambda edit, public=identity.public, name=name: edit.admit(public, name, MEMBER))  # type: ignore[misc]
    bobs = Vault(store, bob, now=lambda: NOW)
    add(bobs, "bobs")
    bobs.edit(lambda edit: edit.share(edit.find("bobs"), [cyd.fingerprint]))
    first = ada.edit(lambda edit: edit.dismiss(cyd.fingerprint))
    assert (first.exposed, first.orphaned) == (("bobs",), ())
    last = ada.edit(lambda edit: edit.dismiss(bob.fingerprint))
    assert (last.exposed, last.orphaned) == (("bobs",), ("bobs",))
