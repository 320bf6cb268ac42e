"""Case 61: a member lets a credential of his own lead to another's record, and who wraps keys is to wrap them for him.

His list, his statement and his overview are all in order; only the record that they lead to is somebody else's, or one
that nobody signed for.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest

from nexcred.errors import Damaged, Tampered, UsageError
from nexcred.vault.overview import Overview
from nexcred.vault.record import body_digest
from nexcred.vault.statements import sign_details
from nexcred.vault.teams import join_teams, make_team
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.lying_member import id_of
from tests.support.sample_vault import add, describe, set_session, update
from tests.support.shared_vault import rekey, secret_of, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    people = three_people()
    for who, name in ((people.ada, "prod"), (people.mal, "notes")):
        add(who, name, f"EXAMPLE-{name}")
        set_session(who, name, {"token": f"EXAMPLE-token-of-{name}"})
    return people


def liar_elsewhere(people: People) -> Vault:
    """Return Mal on a machine that does not remember what he did."""
    return Vault(people.store, people.mal.identity)


def point_at_prod(people: People) -> None:
    """Let the details of his own lead to hers."""
    target = overview_of(people.mal, "prod")
    rewrite_overview(people.mal, "notes", lambda _: {"details": target.details})


def state_prod(people: People) -> None:
    """Sign, for his own credential, that its values are the bytes of hers."""
    target, mal = overview_of(people.mal, "prod"), people.mal
    body = body_digest(people.store.tables.items[target.details])

    def forge(overview: Overview) -> dict[str, object]:
        assert overview.statement is not None
        unsigned = overview.statement._replace(digest=body)
        statement = sign_details(unsigned, mal.identity, mal.vault_id, overview.record_id)
        return {"details": target.details, "statement": statement, "parts": ()}

    rewrite_overview(mal, "notes", forge)


def point_the_session_at_prod(people: People) -> None:
    target = overview_of(people.mal, "prod")

    def forge(overview: Overview) -> dict[str, object]:
        return {"parts": tuple(part._replace(record=target.details) for part in overview.parts)}

    rewrite_overview(people.mal, "notes", forge)


def point_the_session_at_hers(people: People) -> None:
    target = overview_of(people.mal, "prod")

    def forge(overview: Overview) -> dict[str, object]:
        return {"parts": tuple(part._replace(record=target.parts[0].record) for part in overview.parts)}

    rewrite_overview(people.mal, "notes", forge)


LIES = [point_at_prod, state_prod, point_the_session_at_prod, point_the_session_at_hers]


def completes(people: People) -> None:
    people.ada.edit(lambda edit: edit.complete(edit.find("notes")))


def describes(people: People) -> None:
    describe(people.ada, "notes", "EXAMPLE")


def shares(people: People) -> None:
    share(people.ada, "notes", people.bob)


def unshares(people: People) -> None:
    share(liar_elsewhere(people), "notes", people.bob)
    people.ada.edit(lambda edit: edit.unshare(edit.find("notes"), [id_of(people.bob)]))


def settles(people: People) -> None:
    people.ada.edit(lambda edit: edit.settle("notes", [id_of(people.mal)]))


def lets_him_join_a_team(people: People) -> None:
    team = people.ada.change(lambda copy: make_team(copy, "devs"))
    liar_elsewhere(people).edit(lambda edit: edit.share(edit.find("notes"), [], teams=[team]))
    people.ada.change(lambda copy: join_teams(copy, [team], [id_of(people.mal)]))


def gets_new_keys(people: People) -> None:
    rekey(people.ada)


ACTS = [completes, describes, shares, unshares, settles, lets_him_join_a_team, gets_new_keys]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("lie", LIES)
def test_case_61_no_key_of_another_record_is_wrapped_for_him(
    people: People, lie: Callable[[People], None], act: Callable[[People], None]
) -> None:
    lie(people)
    with suppress(Damaged, UsageError):
        act(people)
    known = people.store.sealed_to(people.mal)
    assert "EXAMPLE-prod" not in known
    assert "EXAMPLE-token-of-prod" not in known
    assert secret_of(people.ada, "prod") == "EXAMPLE-prod"
    assert people.ada.session(people.ada.find("prod")) == {"token": "EXAMPLE-token-of-prod"}


def used_by(vault: Vault) -> object:
    """Read the values, then the tokens."""
    credential = vault.find("notes")
    return vault.details(credential), vault.session(credential)


@pytest.mark.parametrize("lie", LIES)
def test_case_61_who_is_to_use_such_a_credential_is_told(people: People, lie: Callable[[People], None]) -> None:
    share(people.mal, "notes", people.bob)
    lie(people)
    with pytest.raises(Tampered, match=r"exchanged for another|'notes' is disputed"):
        used_by(people.bob)
    (fault,) = people.bob.verify().faults
    assert fault.startswith("'notes' is disputed: ")


def test_case_61_a_key_of_earlier_values_is_wrapped_for_nobody_new(people: People) -> None:
    share(people.ada, "prod", people.mal)
    update(people.ada, "prod", "EXAMPLE-2")
    past = people.mal.state.open_overview(people.store.tables.items[overview_of(people.mal, "prod").past[0]])[1]
    share(people.ada, "prod", people.bob)
    rewrite_overview(people.mal, "prod", lambda _: {"details": past.details})
    share(people.ada, "prod", people.bob)
    describe(people.ada, "prod", "as before")
    with pytest.raises(Tampered, match="leads to other values than were signed"):
        secret_of(people.bob, "prod")
    assert "EXAMPLE-prod" not in people.store.sealed_to(people.bob)


def test_case_61_also_when_the_statement_of_the_earlier_values_is_put_beside_them(people: People) -> None:
    share(people.ada, "prod", people.mal)
    update(people.ada, "prod", "EXAMPLE-2")
    past = people.mal.state.open_overview(people.store.tables.items[overview_of(people.mal, "prod").past[0]])[1]
    share(people.ada, "prod", people.bob)
    rewrite_overview(people.mal, "prod", lambda _: {"details": past.details, "statement": past.statement})
    describe(people.ada, "prod", "as before")
    assert "EXAMPLE-prod" not in people.store.sealed_to(people.bob)


def test_case_61_such_a_credential_does_not_keep_anybody_on_it(people: People) -> None:
    share(people.mal, "notes", people.bob, people.ada)
    point_at_prod(people)
    people.ada.edit(lambda edit: edit.unshare(edit.find("notes"), [id_of(people.bob)]))
    assert id_of(people.bob) not in people.ada.granted(people.ada.find("notes"))
