"""Who holds a credential: lists that pin what they found, and keys wrapped for who is on them."""

from collections.abc import Callable

import pytest

from nexcred.errors import Disputed, NotPermitted
from nexcred.vault.access_list import READ
from nexcred.vault.record import DETAILS, SESSION, open_as, read_header
from nexcred.vault.roster import MEMBER
from nexcred.vault.statements import DetailsStatement
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import describe, remove, set_session, update
from tests.support.shared_vault import join, secret_of, share


def opens(store: MemoryStore, vault: Vault, part: int, record_id: bytes) -> bool:
    """True when this identity holds a grant on a part of a record, whatever any list says."""
    for record in store.tables.items.values():
        header = read_header(record)
        if (header.part, header.record_id) == (part, record_id):
            try:
                open_as(record, vault.identity, None)
            except NotPermitted:
                continue
            return True
    return False


@pytest.mark.parametrize("what", ["share", "unshare", "complete", "describe", "session"])
def test_no_key_is_wrapped_for_who_let_his_record_lead_to_anothers(ada: Vault, store: MemoryStore, what: str) -> None:
    """Eve holds "test", and lets its overview lead to the details of "prod", which she does not hold."""
    eve, bob = join(ada, store, "Eve", MEMBER), join(ada, store, "Bob", MEMBER)
    share(ada, "test", eve, bob)
    prod = overview_of(eve, "prod")
    assert prod.statement is not None

    def forged(old: DetailsStatement | None) -> DetailsStatement:
        assert prod.statement is not None
        assert old is not None
        return old if what in ("share", "unshare") else old._replace(digest=prod.statement.digest)

    rewrite_overview(eve, "test", lambda old: {"details": prod.details, "statement": forged(old.statement)})
    acts: dict[str, Callable[[], object]] = {
        "share": lambda: share(ada, "test", eve),
        "unshare": lambda: ada.edit(lambda edit: edit.unshare(edit.find("test"), [bob.identity.fingerprint])),
        "complete": lambda: ada.edit(lambda edit: edit.complete(edit.find("test"))),
        "describe": lambda: describe(ada, "test", "new"),
        "session": lambda: set_session(ada, "test", {"token": "EXAMPLE"}),
    }
    try:
        acts[what]()
    except Disputed:
        assert what in ("complete", "session")
    assert not opens(store, eve, DETAILS, prod.record_id)
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    with pytest.raises(Disputed):
        secret_of(ada, "test")


@pytest.mark.parametrize("what", ["share", "describe"])
def test_no_key_of_anothers_session_is_wrapped_either(ada: Vault, store: MemoryStore, what: str) -> None:
    eve = join(ada, store, "Eve", MEMBER)
    share(ada, "test", eve)
    for name in ("prod", "test"):
        set_session(ada, name, {"token": f"EXAMPLE-{name}"})
    prod = overview_of(eve, "prod")
    session = prod.record_of(SESSION)
    rewrite_overview(eve, "test", lambda old: {"parts": (old.parts[0]._replace(record=session),)})
    if what == "share":
        ada.edit(lambda edit: edit.share(edit.find("test"), [eve.identity.fingerprint], may=READ))
    else:
        describe(ada, "test", "new")
    assert not opens(store, eve, SESSION, prod.record_id)
    assert ada.session(ada.find("prod")) == {"token": "EXAMPLE-prod"}


@pytest.mark.parametrize("what", ["remove", "session"])
def test_what_a_record_is_led_to_is_not_removed_with_it(ada: Vault, store: MemoryStore, what: str) -> None:
    eve = join(ada, store, "Eve", MEMBER)
    for name in ("prod", "test"):
        set_session(ada, name, {"token": f"EXAMPLE-{name}"})
    prod = overview_of(eve, "prod")
    session = prod.record_of(SESSION)
    if what == "remove":
        rewrite_overview(eve, "test", lambda _: {"details": prod.details, "past": prod.past})
        remove(ada, "test")
    else:
        rewrite_overview(eve, "test", lambda old: {"parts": (old.parts[0]._replace(record=session),)})
        set_session(ada, "test", None)
        update(ada, "test", "EXAMPLE-next")
    assert secret_of(ada, "prod") == "EXAMPLE-prod"
    assert ada.session(ada.find("prod")) == {"token": "EXAMPLE-prod"}


def test_who_joins_a_list_does_not_get_the_values_from_before_by_a_past_record(ada: Vault, store: MemoryStore) -> None:
    eve = join(ada, store, "Eve", MEMBER)
    first = overview_of(ada, "test").details
    update(ada, "test", "EXAMPLE-next")
    share(ada, "test", eve)
    rewrite_overview(eve, "test", lambda _: {"details": first})
    share(ada, "test", eve)
    records = store.tables.items.values()
    place = (DETAILS, ada.vault_id, overview_of(ada, "test").record_id, 1)
    (old,) = [one for one in records if read_header(one)[:4] == place]
    with pytest.raises(NotPermitted):
        open_as(old, eve.identity, None)
    assert [one.version for one in ada.history(ada.find("test"))] == [2, 1]
