"""Case 86: a candidate that nobody who may write kept, of another record, from before, or by a replaced key.

Whoever shows, proves or switches to one proves the whole record first, and nothing of a forged one is shown or asked.
"""

from collections.abc import Callable

import pytest

from nexcred.errors import Damaged, Disputed, NotPermitted, RolledBack, Tampered
from nexcred.vault.candidate import Candidate, write_candidate
from nexcred.vault.changes import Changes
from nexcred.vault.overview import RecordPart
from nexcred.vault.record import ROTATION
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.statements import ENDED, PartStatement, sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.four_people import People
from tests.support.kept_candidates import (
    EVIL,
    NEXT,
    assert_believed_by_nobody,
    by,
    candidate_of,
    made,
    people,
    put_candidate,
)
from tests.support.lying_member import Kept, id_of, keep_record, put_back, with_forged_part
from tests.support.opened import Opened
from tests.support.people import invite, keep, vault_of
from tests.support.sample_vault import NOW, accepted, add, describe, details, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share

__all__ = ["people"]


def test_case_86_holders_alone_read_what_is_kept(people: People) -> None:
    assert [candidate_of(vault) for vault in (people.ada, people.bob, people.rita)] == [NEXT] * 3
    with pytest.raises(NotPermitted):
        candidate_of(people.mal)
    assert NEXT not in people.store.sealed_to(people.mal)
    assert secret_of(people.ada, "prod") == "EXAMPLE-1"


def test_case_86_who_may_not_write_keeps_none(people: People) -> None:
    for vault in (people.rita, people.mal):
        for candidate in (made("EXAMPLE-over"), None):
            with pytest.raises(NotPermitted):
                put_candidate(vault, "prod", candidate)
    assert candidate_of(people.ada) == NEXT


@pytest.mark.parametrize("who", ["rita", "mal"])
def test_case_86_a_candidate_by_who_may_not_write(people: People, who: str) -> None:
    liar: Vault = getattr(people, who)
    put_back(people.mal, by(liar, people))
    assert_believed_by_nobody(people, f"its rotation is signed by {who.title()}, who may not change it")


def test_case_86_a_candidate_in_the_name_of_who_may(people: People) -> None:
    put_back(people.mal, by(people.mal, people, name=id_of(people.bob)))
    assert_believed_by_nobody(people, "its rotation is not signed by Bob, as it says")


def test_case_86_a_candidate_that_names_another_author_than_signed_it(people: People) -> None:
    text = write_candidate(made(EVIL), id_of(people.ada))
    put_back(people.bob, with_forged_part(people.bob, people.present(), ROTATION, text, [people.ada, people.bob]))
    with pytest.raises(Disputed, match="names another author"):
        candidate_of(people.ada)


def test_case_86_another_record_under_the_statement_of_the_candidate(people: People) -> None:
    forged, present = by(people.mal, people), people.present()
    (other,) = (part for part in forged.overview.parts if part.statement and part.statement.part == ROTATION)
    (own,) = (part for part in present.parts if part.statement and part.statement.part == ROTATION)
    put_back(people.mal, forged._replace(overview=present.with_part(ROTATION, own._replace(record=other.record))))
    for vault in (people.ada, people.bob):
        with pytest.raises(Disputed, match="leads to other values than were signed"):
            candidate_of(vault)


def test_case_86_the_candidate_of_another_credential_of_hers(people: People) -> None:
    add(people.ada, "demo", "EXAMPLE-demo")
    put_candidate(people.ada, "demo", made(EVIL))
    demo = overview_of(people.mal, "demo")
    put_back(people.mal, Kept(people.present()._replace(parts=demo.parts), ()))
    for vault in (people.ada, people.bob):
        with pytest.raises(Damaged):
            candidate_of(vault)


def test_case_86_a_session_shown_as_a_candidate(people: People) -> None:
    set_session(people.bob, "prod", {"by": id_of(people.bob).hex(), "candidate": {}})
    (session,) = (part for part in people.present().parts if part.statement and part.statement.part != ROTATION)
    assert session.statement is not None
    present = people.present()
    unsigned = PartStatement(
        ROTATION, present.access.version, bytes(32), session.statement.digest, 2, id_of(people.bob)
    )
    statement = sign_part(unsigned, people.bob.identity, people.bob.vault_id, present.record_id)
    put_back(people.bob, Kept(present.with_part(ROTATION, RecordPart(statement, session.record)), ()))
    with pytest.raises(Tampered):
        candidate_of(people.ada)


def test_case_86_a_candidate_by_keys_that_were_replaced(people: People) -> None:
    stolen = Vault(people.store, people.bob.identity, now=lambda: NOW)
    rekey(people.bob)
    forged = with_forged_part(
        people.mal, people.present(), ROTATION, write_candidate(made(EVIL), id_of(people.bob)), [people.ada]
    )
    (part,) = (one for one in forged.overview.parts if one.statement and one.statement.part == ROTATION)
    assert part.statement is not None
    statement = sign_part(
        part.statement._replace(by=id_of(people.bob), signature=b""),
        stolen._identity,
        people.mal.vault_id,
        people.present().record_id,
    )
    put_back(people.mal, Kept(people.present().with_part(ROTATION, part._replace(statement=statement)), forged.records))
    with pytest.raises(Disputed, match="its rotation is not signed by Bob"):
        candidate_of(people.ada)


def test_case_86_an_end_by_who_may_not_end_it(people: People) -> None:
    present, mal = people.present(), people.mal
    unsigned = PartStatement(ROTATION, present.access.version, bytes(32), ENDED, 9, id_of(mal))
    statement = sign_part(unsigned, mal.identity, mal.vault_id, present.record_id)
    put_back(mal, Kept(present.with_part(ROTATION, RecordPart(statement, None)), ()))
    assert_believed_by_nobody(people, "its rotation is signed by Mal, who may not change it")


@pytest.mark.parametrize("then", [made("EXAMPLE-later"), None], ids=["another", "none"])
def test_case_86_an_earlier_candidate_does_not_come_back(people: People, then: Candidate | None) -> None:
    earlier = keep_record(people.mal, "prod")
    put_candidate(people.ada, "prod", then)
    put_back(people.mal, earlier)
    with pytest.raises(RolledBack, match="older than this machine has seen it"):
        candidate_of(people.ada)


def test_case_86_a_pinned_candidate_is_left_out_by_nobody(people: People) -> None:
    share(people.ada, "prod", join(people.ada, people.store, "Cyd", MEMBER))
    rewrite_overview(people.mal, "prod", lambda _: {"parts": ()})
    assert_believed_by_nobody(people, "its rotation was left out")


@pytest.mark.parametrize(
    "act",
    [
        lambda people: describe(people.mal, "prod", "another description"),
        lambda people: people.bob.edit(lambda edit: edit.update(edit.find("prod"), Changes(name="prod"))),
        lambda people: set_session(people.bob, "prod", {"token": "EXAMPLE-token"}),
        lambda people: people.mal.edit(lambda edit: edit.record_probe(edit.find("prod"), accepted())),
        lambda people: people.ada.edit(lambda edit: edit.dismiss(id_of(people.mal))),
        lambda people: rekey(people.ada),
    ],
)
def test_case_86_what_is_kept_outlives_what_others_do(people: People, act: Callable[[People], object]) -> None:
    act(people)
    assert [candidate_of(vault) for vault in (people.ada, people.bob)] == [NEXT] * 2
    assert not people.ada.verify().faults


def test_case_86_who_left_keeps_none_and_what_they_kept_stays(people: People) -> None:
    put_candidate(people.bob, "prod", made("EXAMPLE-of-bob"))
    bob = Vault(people.store, people.bob.identity, now=lambda: NOW)
    forged = with_forged_part(bob, people.present(), ROTATION, write_candidate(made(EVIL), id_of(bob)), [people.ada])
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    assert candidate_of(people.ada) == "EXAMPLE-of-bob"
    present = people.present()
    (own,) = (part for part in forged.overview.parts if part.statement and part.statement.part == ROTATION)
    put_back(people.mal, Kept(present.with_part(ROTATION, own), forged.records))
    with pytest.raises(Disputed, match="its rotation is signed by Bob"):
        candidate_of(people.ada)


def test_case_86_whoever_is_shared_with_later_reads_it_and_who_is_taken_off_no_later_one(people: People) -> None:
    cyd, guest = join(people.ada, people.store, "Cyd", MEMBER), join(people.ada, people.store, "ci", GUEST)
    share(people.ada, "prod", cyd, guest)
    assert [candidate_of(vault) for vault in (cyd, guest)] == [NEXT] * 2
    people.ada.edit(lambda edit: edit.unshare(edit.find("prod"), [cyd.identity.fingerprint]))
    put_candidate(people.ada, "prod", made("EXAMPLE-later"))
    with pytest.raises(NotPermitted):
        candidate_of(cyd)
    assert "EXAMPLE-later" not in people.store.sealed_to(cyd)


def test_case_86_new_values_end_it_and_its_bytes_go(people: People) -> None:
    record = people.present().record_of(ROTATION)
    update(people.bob, "prod", "EXAMPLE-2", region="na")
    assert candidate_of(people.ada) is None
    assert people.present().record_of(ROTATION) is None
    assert record not in people.store.tables.items
    assert not people.ada.verify().faults


def test_case_86_a_host_that_is_allowed_meanwhile_is_allowed_to_it_too(people: People) -> None:
    def allow(vault: Vault) -> None:
        wider = details("EXAMPLE-1")._replace(allowed_hosts=("api.example.com:8443", "later.example.com"))
        vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(details=wider)))

    allow(people.bob)
    kept = people.ada.candidate(people.ada.find("prod"))
    assert kept is not None
    assert (kept.over, kept.details.allowed_hosts) == (2, ("api.example.com:8443", "later.example.com"))
    assert candidate_of(people.ada) == NEXT


def test_case_86_a_host_that_is_allowed_keeps_nothing_of_who_may_not_write_any_more(people: People) -> None:
    """It is sealed anew by who allows the host, and would be theirs from then on."""
    put_candidate(people.bob, "prod", made("EXAMPLE-of-bob"))
    people.ada.edit(lambda edit: edit.dismiss(id_of(people.bob)))
    wider = details("EXAMPLE-1")._replace(allowed_hosts=("later.example.com",))
    people.ada.edit(lambda edit: edit.update(edit.find("prod"), Changes(details=wider)))
    assert people.ada.candidate(people.ada.find("prod")) is None


@pytest.mark.parametrize(
    "text", [b'{"by": "00", "candidate": {}}', b'{"candidate": "x"}', b"[]", b"{}"], ids=["empty", "text", "list", "no"]
)
def test_case_86_what_holds_no_candidate_is_none_and_in_nobodys_way(people: People, text: bytes) -> None:
    put_back(people.bob, with_forged_part(people.bob, people.present(), ROTATION, text, [people.ada, people.bob]))
    with pytest.raises(Tampered):
        candidate_of(people.ada)
    assert secret_of(people.ada, "prod") == "EXAMPLE-1"
    update(people.ada, "prod", "EXAMPLE-2")
    assert candidate_of(people.ada) is None


@pytest.mark.parametrize("command", [("show", "prod"), ("show", "prod", "--json"), ("update", "prod", "--retry")])
def test_case_86_the_program_shows_and_asks_nothing_of_a_forged_one(opened: Opened, command: tuple[str, ...]) -> None:
    keep(opened, "prod")
    mal = invite(opened, "mal", "--role", "member")
    liar, ada = vault_of(mal), vault_of(opened)
    present = overview_of(liar, "prod")
    text = write_candidate(made(EVIL), id_of(liar))
    put_back(liar, with_forged_part(liar, present, ROTATION, text, [ada]))
    ran = opened(*command)
    assert (ran.code, ran.out) == (9, ""), ran.err
    assert "its rotation is signed by mal" in ran.err
    assert "candidate" not in ran.err
