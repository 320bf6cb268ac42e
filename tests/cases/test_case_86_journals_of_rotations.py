"""Case 86: a journal of a rotation by who may not write, of what none holds, or not on top of the newest."""

import json

import pytest

from nexcred.errors import ChangedMeanwhile, Damaged, Disputed, NotPermitted, Tampered
from nexcred.model.credential import Credential
from nexcred.vault.candidate import write_kept
from nexcred.vault.changes import Changes
from nexcred.vault.journal import Journal, JournalCall, Step, journal_to_json
from nexcred.vault.record import ROTATION
from nexcred.vault.rotation_writes import JournalEntry, write_entry
from nexcred.vault.vault import Vault
from tests.support.four_people import People
from tests.support.kept_candidates import (
    EVIL,
    NEXT,
    candidate_of,
    made,
    people,
)
from tests.support.lying_member import id_of, put_back, with_forged_part
from tests.support.sample_vault import NOW, describe, details, update
from tests.support.shared_vault import secret_of

__all__ = ["people"]


def a_journal(step: Step = "proved") -> Journal:
    return Journal("ab" * 16, 3, "add", step, 1, NOW, NOW, call=JournalCall("revoke", "cd" * 16, 90, NOW))


def put_entry(vault: Vault, credential: Credential, serial: int, entry: JournalEntry) -> None:
    vault.change(lambda copy: write_entry(copy, credential, serial, entry))


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
