"""Case 64: a session of other values or from before, a session shown as a journal, a part that somebody left out.

Each was rightly signed once, or is signed by a member without a grant.
"""

from collections.abc import Callable
from contextlib import suppress

import pytest

from nexcred.errors import Disputed, RolledBack, Tampered
from nexcred.vault.overview import RecordPart
from nexcred.vault.record import ATTACHMENTS, POLICY, ROTATION, SESSION
from nexcred.vault.statements import ENDED, PartStatement, digest_content, sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.lying_member import Kept, id_of, keep_record, put_back, with_forged_part
from tests.support.sample_vault import add, set_session, update
from tests.support.shared_vault import rekey, secret_of, share
from tests.support.three_people import People, three_people


@pytest.fixture
def people() -> People:
    people = three_people()
    _, ada, bob, _ = people
    add(ada, "prod", "EXAMPLE-1")
    set_session(ada, "prod", {"token": "EXAMPLE-of-1"})
    share(ada, "prod", bob)
    return people


def tokens_of(vault: Vault) -> object:
    credential = vault.find("prod")
    vault.details(credential)
    return vault.session(credential)


def assert_disputed(people: People, match: str) -> None:
    for vault in (people.ada, people.bob, Vault(people.store, people.bob.identity)):
        with pytest.raises(Disputed, match=match):
            tokens_of(vault)
        assert len(vault.verify().faults) == 1
    for act in (
        lambda: share(people.ada, "prod", people.bob),
        lambda: update(people.bob, "prod", "EXAMPLE-next"),
        lambda: set_session(people.bob, "prod", {"token": "EXAMPLE-next"}),
    ):
        with pytest.raises(Disputed):
            act()


def test_case_64_a_session_of_past_values_is_not_sent_with_the_present_ones(people: People) -> None:
    old = keep_record(people.mal, "prod")
    update(people.ada, "prod", "EXAMPLE-2")
    put_back(people.mal, Kept(people.present()._replace(parts=old.overview.parts), old.records))
    assert_disputed(people, "its session is for other values; the vault was last written by Mal")


def test_case_64_a_session_of_the_present_values_is_not_sent_with_past_ones(people: People) -> None:
    old = keep_record(people.mal, "prod")
    update(people.ada, "prod", "EXAMPLE-2")
    set_session(people.ada, "prod", {"token": "EXAMPLE-of-2"})
    put_back(people.mal, Kept(old.overview._replace(parts=people.present().parts), old.records))
    assert_disputed(people, "its session is for other values; the vault was last written by Mal")


def test_case_64_a_session_by_who_may_not_change_the_values(people: People) -> None:
    forged = with_forged_part(
        people.mal, people.present(), SESSION, b'{"token": "EXAMPLE-evil"}', [people.ada, people.bob]
    )
    put_back(people.mal, forged)
    assert_disputed(people, "its session is signed by Mal, who may not change it")


def test_case_64_a_session_in_the_name_of_who_may(people: People) -> None:
    token = b'{"token": "EXAMPLE-evil"}'
    put_back(
        people.mal, with_forged_part(people.mal, people.present(), SESSION, token, [people.ada], by=id_of(people.bob))
    )
    assert_disputed(people, "its session is not signed by Bob, as it says")


def test_case_64_another_record_under_the_statement_of_the_session(people: People) -> None:
    present = people.present()
    forged = with_forged_part(people.mal, present, SESSION, b'{"token": "EXAMPLE-evil"}', [people.ada, people.bob])
    (part,), (own,) = forged.overview.parts, present.parts
    put_back(people.mal, forged._replace(overview=present.with_part(SESSION, own._replace(record=part.record))))
    for vault in (people.ada, people.bob):
        with pytest.raises(Disputed, match="leads to other values than were signed"):
            tokens_of(vault)


@pytest.mark.parametrize("part", [ATTACHMENTS, ROTATION])
def test_case_64_a_session_shown_as_another_part(people: People, part: int) -> None:
    """Its record and its bytes are right, and so is her signature; it is only not what they say."""
    present = people.present()
    (session,) = present.parts
    assert session.statement is not None
    moved = RecordPart(session.statement._replace(part=part, details=bytes(32)), session.record)
    put_back(people.mal, Kept(present._replace(parts=(session, moved)), ()))
    assert_disputed(people, "was signed by Ada Example under another list")


@pytest.mark.parametrize("part", [ATTACHMENTS, ROTATION])
def test_case_64_not_even_who_may_write_shows_a_session_as_another_part(people: People, part: int) -> None:
    """Bob may sign a journal, but its record says what it is."""
    present = people.present()
    (session,) = present.parts
    assert session.statement is not None
    unsigned = PartStatement(part, present.access.version, bytes(32), session.statement.digest, 1, id_of(people.bob))
    statement = sign_part(unsigned, people.bob.identity, people.bob.vault_id, present.record_id)
    put_back(people.bob, Kept(present._replace(parts=(session, RecordPart(statement, session.record))), ()))
    assert [fault for fault in people.ada.verify().faults if "another one than was signed" in fault]


@pytest.mark.parametrize("part", [SESSION, ATTACHMENTS, ROTATION, POLICY])
def test_case_64_an_end_by_who_may_not_end_it(people: People, part: int) -> None:
    present, mal = people.present(), people.mal
    assert present.statement is not None
    about = present.statement.digest if part == SESSION else bytes(32)
    unsigned = PartStatement(part, present.access.version, about, ENDED, 9, id_of(mal))
    statement = sign_part(unsigned, mal.identity, mal.vault_id, present.record_id)
    put_back(mal, Kept(present.with_part(part, RecordPart(statement, None)), ()))
    assert_disputed(people, "signed by Mal, who may not change it")


def test_case_64_a_policy_by_who_may_not_say_it(people: People) -> None:
    present, mal = people.present(), people.mal
    unsigned = PartStatement(POLICY, present.access.version, bytes(32), digest_content("{}"), 1, id_of(mal))
    statement = sign_part(unsigned, mal.identity, mal.vault_id, present.record_id)
    put_back(mal, Kept(present.with_part(POLICY, RecordPart(statement, None, "{}")), ()))
    assert_disputed(people, "its policy is signed by Mal, who may not change it")


def test_case_64_a_pinned_session_that_was_left_out(people: People) -> None:
    rewrite_overview(people.mal, "prod", lambda _: {"parts": ()})
    assert_disputed(people, "its session was left out; the vault was last written by Mal")


def test_case_64_an_ended_session_does_not_come_back(people: People) -> None:
    old = people.present()
    set_session(people.ada, "prod", None)
    put_back(
        people.mal, Kept(people.present()._replace(parts=old.parts), (people.store.ever[old.parts[0].record or b""],))
    )
    with pytest.raises(RolledBack, match="older than this machine has seen it"):
        tokens_of(people.ada)


@pytest.mark.parametrize(
    "act",
    [
        lambda people: share(people.ada, "prod", people.bob),
        lambda people: people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob))),
        lambda people: people.ada.edit(lambda edit: edit.complete(edit.find("prod"))),
        lambda people: rekey(people.ada),
    ],
)
def test_case_64_what_others_do_pins_no_session_that_does_not_belong(
    people: People, act: Callable[[People], object]
) -> None:
    forged = with_forged_part(
        people.mal, people.present(), SESSION, b'{"token": "EXAMPLE-evil"}', [people.ada, people.bob]
    )
    put_back(people.mal, forged)
    with suppress(Disputed):
        act(people)
    with pytest.raises(Disputed, match="its session is signed by Mal"):
        tokens_of(people.ada)
    people.ada.edit(lambda edit: edit.settle("prod", [id_of(people.ada)]))
    assert tokens_of(people.ada) is None
    assert secret_of(people.ada, "prod") == "EXAMPLE-1"


def test_case_64_a_session_of_another_credential_of_hers(people: People) -> None:
    add(people.ada, "demo", "EXAMPLE-demo")
    set_session(people.ada, "demo", {"token": "EXAMPLE-demo"})
    demo = overview_of(people.mal, "demo")
    put_back(people.mal, Kept(people.present()._replace(parts=demo.parts), ()))
    for vault in (people.ada, people.bob):
        with pytest.raises(Tampered):
            tokens_of(vault)
