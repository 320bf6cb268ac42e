"""Case 86: a candidate that nobody who may write kept, of another record, from before, or by a replaced key.

Whoever shows, proves or switches to one proves the whole record first, and nothing of a forged one is shown or asked.
"""

import json
from collections.abc import Callable
from typing import NamedTuple

import pytest

from nexcred.errors import ChangedMeanwhile, Damaged, Disputed, NotPermitted, RolledBack, Tampered
from nexcred.model.credential import Credential
from nexcred.vault.access_list import READ
from nexcred.vault.candidate import Candidate, write_candidate, write_kept
from nexcred.vault.changes import Changes
from nexcred.vault.journal import Journal, JournalCall, Step, journal_to_json
from nexcred.vault.overview import Overview, RecordPart
from nexcred.vault.record import ROTATION
from nexcred.vault.roster import GUEST, MEMBER
from nexcred.vault.rotation_writes import JournalEntry, write_entry
from nexcred.vault.statements import ENDED, PartStatement, sign_part
from nexcred.vault.vault import Vault
from tests.support.forging import overview_of, rewrite_overview
from tests.support.lying_member import Kept, WatchedStore, id_of, keep_record, put_back, with_forged_part
from tests.support.opened import Opened
from tests.support.people import invite, keep, vault_of
from tests.support.sample_vault import NOW, accepted, add, describe, details, open_new, set_session, update
from tests.support.shared_vault import join, rekey, secret_of, share

NEXT, EVIL = "EXAMPLE-next", "EXAMPLE-evil"


class People(NamedTuple):
    """Ada keeps a candidate beside "prod", which Bob may write, Rita may read, and Mal knows by name."""

    store: WatchedStore
    ada: Vault
    bob: Vault
    rita: Vault
    mal: Vault

    def present(self) -> Overview:
        return overview_of(self.mal, "prod")


def made(secret: str, over: int = 1, **more: str) -> Candidate:
    return Candidate(details(secret, **more), over, NOW, accepted(0))


def put_candidate(vault: Vault, name: str, candidate: Candidate | None) -> None:
    changes = Changes(candidate=candidate, ends_candidate=candidate is None)
    vault.edit(lambda edit: edit.update(edit.find(name), changes))


def candidate_of(vault: Vault, name: str = "prod") -> str | None:
    found = vault.candidate(vault.find(name))
    return None if found is None else str(found.details.fields["api_key"].reveal())  # type: ignore[union-attr]


@pytest.fixture
def people() -> People:
    store = WatchedStore()
    ada = open_new(store)
    bob, rita, mal = (join(ada, store, name, MEMBER) for name in ("Bob", "Rita", "Mal"))
    add(ada, "prod", "EXAMPLE-1")
    share(ada, "prod", bob)
    ada.edit(lambda edit: edit.share(edit.find("prod"), [rita.identity.fingerprint], may=READ))
    put_candidate(ada, "prod", made(NEXT))
    return People(store, ada, bob, rita, mal)


def assert_believed_by_nobody(people: People, match: str) -> None:
    for vault in (people.ada, people.bob, people.rita, Vault(people.store, people.bob.identity)):
        with pytest.raises(Damaged, match=match):
            candidate_of(vault)
    for vault in (people.ada, people.bob):
        with pytest.raises(Damaged):
            put_candidate(vault, "prod", made("EXAMPLE-over"))
        with pytest.raises(Damaged):
            update(vault, "prod", "EXAMPLE-over")


def a_journal(step: Step = "proved") -> Journal:
    return Journal("ab" * 16, 3, "add", step, 1, NOW, NOW, call=JournalCall("revoke", "cd" * 16, 90, NOW))


def put_entry(vault: Vault, credential: Credential, serial: int, entry: JournalEntry) -> None:
    vault.change(lambda copy: write_entry(copy, credential, serial, entry))


def by(vault: Vault, people: People, *, name: bytes | None = None, secret: str = EVIL) -> Kept:
    readers = [people.ada, people.bob, people.rita]
    author = id_of(vault) if name is None else name
    return with_forged_part(vault, people.present(), ROTATION, write_candidate(made(secret), author), readers, by=name)


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


def test_case_86_a_journal_of_a_later_version_is_no_candidate_and_stays(people: People) -> None:
    text = b'{"by": "00", "candidate": {}, "step": "made"}'
    put_back(people.bob, with_forged_part(people.bob, people.present(), ROTATION, text, [people.ada, people.bob]))
    assert candidate_of(people.ada) is None
    update(people.ada, "prod", "EXAMPLE-2")
    assert people.present().record_of(ROTATION) is not None


@pytest.mark.parametrize("who", ["rita", "mal", "mal in Bob's name"])
def test_case_86_a_journal_of_a_rotation_by_who_may_not_write(people: People, who: str) -> None:
    """Nobody goes on with it, nor begins another over it: it would say what to switch to, and what to end."""
    liar = people.rita if who == "rita" else people.mal
    name = id_of(people.bob) if "Bob" in who else id_of(liar)
    text = write_kept(made(EVIL), a_journal(), name)
    readers = [people.ada, people.bob, people.rita]
    put_back(people.mal, with_forged_part(liar, people.present(), ROTATION, text, readers, by=name))
    for vault in (people.ada, people.bob, Vault(people.store, people.bob.identity)):
        credential = vault.find("prod")
        with pytest.raises(Disputed, match="its rotation is"):
            vault.kept(credential)
        for entry in (
            JournalEntry(a_journal("switched")),
            JournalEntry(None),
            JournalEntry(None, details=Changes(details=details(EVIL))),
        ):
            with pytest.raises(Disputed):
                put_entry(vault, credential, 2, entry)


def test_case_86_a_journal_is_written_on_top_of_the_one_that_was_read_alone(people: People) -> None:
    ada, bob, prod = people.ada, people.bob, people.ada.find("prod")
    put_entry(ada, prod, 1, JournalEntry(a_journal("planned"), made(NEXT)))
    kept = bob.kept(bob.find("prod"))
    assert kept is not None
    assert (kept.serial, kept.journal) == (2, a_journal("planned"))
    assert candidate_of(bob) is None  # which nobody switches to but the rotation
    for vault, serial in ((ada, 1), (bob, 1), (bob, 3)):
        with pytest.raises(ChangedMeanwhile):
            put_entry(vault, prod, serial, JournalEntry(a_journal("dead")))
    describe(bob, "prod", "another description")  # which is in nobody's way
    put_entry(bob, prod, 2, JournalEntry(a_journal("made"), made(NEXT)))
    update(ada, "prod", "EXAMPLE-2")  # and other values are
    with pytest.raises(ChangedMeanwhile):
        put_entry(bob, prod, 3, JournalEntry(a_journal("proved")))
    for vault in (people.rita, people.mal):
        with pytest.raises((NotPermitted, Damaged)):
            put_entry(vault, vault.find("prod"), 3, JournalEntry(None))


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": "finished"},
        {"kind": "steal"},
        {"number": 0},
        {"old": -1},
        {"call": {"what": "revoke", "machine": "no", "lease_s": 90, "at": "2026-11-21T12:30:15.123Z", "id": ""}},
        {"call": {"what": "revoke", "machine": "cd" * 16, "lease_s": 10**9, "at": "2026-11-21T12:30:15Z", "id": ""}},
        {"living": [{"id": "x" * 1000}]},
        {"living": [{"id": "x"}] * 201},
        {"hangs": "x" * 1000},
        {"is_proved": 1},
        {"also": ["prod"]},
    ],
    ids="-".join,
)
def test_case_86_a_journal_that_holds_what_none_does_is_none(people: People, wrong: dict[str, object]) -> None:
    text = json.dumps({"by": id_of(people.bob).hex(), "journal": {**journal_to_json(a_journal()), **wrong}}).encode()
    put_back(people.bob, with_forged_part(people.bob, people.present(), ROTATION, text, [people.ada, people.bob]))
    with pytest.raises(Tampered):
        people.ada.kept(people.ada.find("prod"))
    assert secret_of(people.ada, "prod") == "EXAMPLE-1"


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
