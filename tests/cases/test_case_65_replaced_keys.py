"""Case 65: who stole keys signs with them, before and after their owner replaced them.

Before, the thief is her to everybody. Afterwards nothing that she did not sign herself on her machine, or say that she
did, is signed anew, and nothing that the old keys sign is believed.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.errors import Damaged, Disputed, NotPermitted, RolledBack, Tampered
from nexcred.vault.access_list import READ, WRITE
from nexcred.vault.identity import Identity
from nexcred.vault.overview import Overview
from nexcred.vault.rekeying import Rekeyed
from nexcred.vault.roster import GUEST, MEMBER, OWNER
from nexcred.vault.vault import Vault
from tests.support.forging import list_of, overview_of, rewrite_overview
from tests.support.lying_member import (
    WatchedStore,
    id_of,
    keep_record,
    publish_entry,
    put_back,
    signed_by,
    with_forged_details,
    with_forged_part,
    with_holders,
)
from tests.support.opened import Opened
from tests.support.people import head_of, keep, on_another_machine
from tests.support.sample_vault import NOW, add, details, open_new, set_session, update
from tests.support.shared_vault import join, secret_of, share


class Theft:
    """Ada, whose keys were stolen, and Mal, who stole them, and writes as himself when they write no more."""

    def __init__(self) -> None:
        self.store = WatchedStore()
        self.ada = open_new(self.store)
        self.bob = join(self.ada, self.store, "Bob", OWNER)
        self.mal = join(self.ada, self.store, "Mal", MEMBER)
        for name in ("prod", "demo"):
            add(self.ada, name, f"EXAMPLE-{name}")
            share(self.ada, name, self.bob)
        set_session(self.ada, "prod", {"token": "EXAMPLE-token"})
        self.stolen = Vault(self.store, Identity.parse(self.ada.identity.secret_string), now=lambda: NOW)

    def rekey(self, *, confirmed: bool = False) -> Rekeyed:
        """Replace Ada's keys on her machine; with `confirmed` she says of all that is asked that it was her."""
        own = self.ada.memory.signed(self.ada.vault_id)
        if confirmed:
            own |= {one.hash for one in self.ada.signed_elsewhere()}
        new = Identity.generate().bind(self.ada.vault_id, self.ada.floor)
        return self.ada.edit(lambda edit: edit.rekey(new, own))


@pytest.fixture
def theft() -> Theft:
    return Theft()


def a_list(theft: Theft) -> None:
    def forge(overview: Overview) -> dict[str, object]:
        return {"access": signed_by(theft.stolen, with_holders(overview, {id_of(theft.mal): WRITE}))}

    rewrite_overview(theft.mal, "prod", forge)


def a_list_that_comes_next(theft: Theft) -> None:
    def forge(overview: Overview) -> dict[str, object]:
        access = with_holders(overview, {id_of(theft.mal): WRITE})
        return {"access": signed_by(theft.stolen, access._replace(version=access.version + 1))}

    rewrite_overview(theft.mal, "prod", forge)


def values(theft: Theft) -> None:
    forged = details("EXAMPLE-evil", base_url="https://evil.example")
    put_back(theft.mal, with_forged_details(theft.stolen, overview_of(theft.mal, "prod"), forged, [theft.ada]))


def tokens(theft: Theft) -> None:
    token = b'{"token": "EXAMPLE-evil"}'
    put_back(theft.mal, with_forged_part(theft.stolen, overview_of(theft.mal, "prod"), 3, token, [theft.ada]))


FORGERIES = [a_list, a_list_that_comes_next, values, tokens]


def used_by(vault: Vault) -> object:
    credential = vault.find("prod")
    return vault.details(credential), vault.session(credential)


@pytest.mark.parametrize("forge", FORGERIES)
def test_case_65_what_replaced_keys_sign_is_nobodys_word(theft: Theft, forge: Callable[[Theft], None]) -> None:
    theft.rekey()
    forge(theft)
    for vault in (theft.ada, theft.bob, Vault(theft.store, theft.bob.identity)):
        with pytest.raises(Disputed, match="not signed by Ada Example, as it says"):
            used_by(vault)
    with pytest.raises(Disputed):
        update(theft.bob, "prod", "EXAMPLE-next")
    assert "EXAMPLE" not in theft.store.sealed_to(theft.mal)


@pytest.mark.parametrize("body", [{"op": "add", "name": "Eve", "role": "owner"}, {"op": "rekey"}, {"op": "unshare"}])
def test_case_65_an_entry_by_replaced_keys_is_refused(theft: Theft, body: dict[str, object]) -> None:
    ada = id_of(theft.ada)
    theft.rekey()
    eve = Identity.generate()
    forger = Vault(theft.store, theft.mal.identity)
    publish_entry(forger, eve.public, body, as_member=ada, by=theft.stolen.identity)
    for identity in (theft.bob.identity, theft.ada.identity):
        with pytest.raises(Tampered, match="not signed by who it names"):
            Vault(theft.store, identity)


def test_case_65_replaced_keys_open_and_write_nothing(theft: Theft) -> None:
    old = theft.ada.identity
    theft.rekey()
    with pytest.raises(NotPermitted):
        Vault(theft.store, old)
    with pytest.raises((NotPermitted, Tampered)):
        add(theft.stolen, "new")


def shares_with_mal(theft: Theft) -> None:
    share(theft.stolen, "prod", theft.mal)


def changes_where_it_goes(theft: Theft) -> None:
    update(theft.stolen, "prod", "EXAMPLE-evil", base_url="https://evil.example")


def keeps_other_tokens(theft: Theft) -> None:
    set_session(theft.stolen, "prod", {"token": "EXAMPLE-evil"})


THEFTS = [shares_with_mal, changes_where_it_goes, keeps_other_tokens]


@pytest.mark.parametrize("steal", THEFTS)
def test_case_65_what_the_thief_signed_before_is_asked_for_and_not_signed_anew(
    theft: Theft, steal: Callable[[Theft], None]
) -> None:
    steal(theft)
    asked = theft.ada.signed_elsewhere()
    assert {one.overview.name for one in asked} == {"prod"}
    assert theft.rekey().disputed == ("prod",)
    for vault in (theft.ada, theft.bob):
        with pytest.raises(Disputed, match="not signed by Ada Example"):
            used_by(vault)
        with pytest.raises(Disputed):
            update(vault, "prod", "EXAMPLE-next")
        assert secret_of(vault, "demo") == "EXAMPLE-demo"
    assert "EXAMPLE-next" not in theft.store.sealed_to(theft.mal)


@pytest.mark.parametrize("steal", THEFTS)
def test_case_65_what_she_says_that_it_was_her_stands(theft: Theft, steal: Callable[[Theft], None]) -> None:
    steal(theft)
    assert theft.rekey(confirmed=True).disputed == ()
    used_by(theft.ada)
    used_by(theft.bob)


def test_case_65_what_is_forged_between_the_question_and_the_write_is_not_signed_either(theft: Theft) -> None:
    own = theft.ada.memory.signed(theft.ada.vault_id) | {one.hash for one in theft.ada.signed_elsewhere()}
    shares_with_mal(theft)
    new = Identity.generate().bind(theft.ada.vault_id, theft.ada.floor)
    assert theft.ada.edit(lambda edit: edit.rekey(new, own)).disputed == ("prod",)
    with pytest.raises(Disputed):
        used_by(theft.bob)


def test_case_65_a_credential_that_was_put_back_is_not_signed_anew(theft: Theft) -> None:
    """What she once signed herself, under values that somebody knows, is hers no more where she saw newer ones."""
    old = keep_record(theft.mal, "prod")
    update(theft.ada, "prod", "EXAMPLE-2")
    put_back(theft.mal, old)
    assert theft.rekey().disputed == ("prod",)
    with pytest.raises(Damaged):
        secret_of(theft.ada, "prod")
    with pytest.raises(Disputed):
        secret_of(theft.bob, "prod")


def test_case_65_what_this_machine_saw_outlives_new_keys(theft: Theft) -> None:
    add(theft.mal, "mals", "EXAMPLE-mals")
    secret_of(theft.ada, "demo")
    theft.rekey()
    old = keep_record(theft.mal, "demo")
    update(theft.ada, "demo", "EXAMPLE-2")
    theft.rekey()
    put_back(theft.mal, old)
    again = Vault(theft.store, theft.ada.identity, memory=theft.ada.memory)
    with pytest.raises((RolledBack, Disputed)):
        secret_of(again, "demo")


def test_case_65_a_forged_list_with_a_guest_on_it_loses_no_values_to_new_keys(theft: Theft) -> None:
    ci = join(theft.ada, theft.store, "ci", GUEST)

    def forge(overview: Overview) -> dict[str, object]:
        return {"access": signed_by(theft.mal, with_holders(overview, {id_of(ci): READ, id_of(theft.mal): WRITE}))}

    rewrite_overview(theft.mal, "prod", forge)
    assert theft.rekey().disputed == ("prod",)
    assert overview_of(theft.ada, "prod").details in theft.store.tables.items
    theft.ada.edit(lambda edit: edit.settle("prod", [id_of(theft.ada)]))
    assert secret_of(theft.ada, "prod") == "EXAMPLE-prod"
    assert "EXAMPLE" not in theft.store.sealed_to(theft.mal)


def test_case_65_what_another_owner_pinned_meanwhile_stands_on_his_word(theft: Theft) -> None:
    changes_where_it_goes(theft)
    share(theft.bob, "prod", join(theft.ada, theft.store, "Cyd", MEMBER))
    assert theft.ada.signed_elsewhere() == []
    assert theft.rekey().disputed == ()
    proved = theft.ada.proved(theft.ada.find("prod"))
    assert proved is not None
    assert proved.list.access.signer == id_of(theft.bob)
    assert list_of(theft.ada, "prod").signer == id_of(theft.bob)


def test_case_65_the_program_writes_nothing_where_nobody_can_say_who_signed(opened: Opened, tmp_path: Path) -> None:
    keep(opened, "prod")
    thief = on_another_machine(opened, tmp_path / "elsewhere")
    changed = thief("update", "prod", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "EXAMPLE-evil"})
    assert changed.code == 0, changed.err
    before = head_of(opened)
    refused = opened("vault", "rekey", "-o", "new.identity")
    assert (refused.code, refused.out) == (2, "")
    assert "'prod'" in refused.err
    assert head_of(opened) == before
    assert not (opened.home / "new.identity").exists()
