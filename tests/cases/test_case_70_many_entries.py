"""Case 70: 16,000 entries of the roster; 15,000 credentials unshared by pattern.

What grows is counted in signatures that are verified and entries that are applied, not in seconds.
"""

from collections.abc import Iterator

import pytest

from nexcred.errors import NotPermitted
from nexcred.services.vaults.recipients import Recipients
from nexcred.services.vaults.share import unshare
from nexcred.vault import roster_replay
from nexcred.vault.access_list import WRITE, AccessGrant, AccessList, make_list
from nexcred.vault.ended_lists import EndedLists, with_ended_lists
from nexcred.vault.floor import Floor
from nexcred.vault.identity import Identity
from nexcred.vault.memory import ProcessMemory
from nexcred.vault.roster import MEMBER, OWNER, Roster, Seen, read_roster
from nexcred.vault.roster_changes import found_roster, with_member, with_new_keys, without_member
from nexcred.vault.roster_entry import RosterEntry, hash_entry, sign_entry, verify_entry
from nexcred.vault.roster_records import MOST_NAMED, MOST_RECORDS, Ended, write_unshared
from nexcred.vault.roster_replay import FOR_OWNERS, FOR_THE_END, MOST_ENTRIES, OF_ONE_MEMBER, Replay
from nexcred.vault.transaction import Transaction
from nexcred.vault.vault import Vault
from tests.support.forging import write_as_no_honest_program
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import NOW, add, draft, open_new
from tests.support.shared_vault import join, share

MANY = 16_000
ADA, BOB = Identity.generate(), Identity.generate()


class Counted:
    """How often signatures of entries were verified, and entries applied."""

    def __init__(self) -> None:
        self.verified = self.applied = 0


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counts = Counted()
    apply = Replay.apply

    def count_verified(entry: RosterEntry, *of: object) -> None:
        counts.verified += 1
        verify_entry(entry, *of)  # type: ignore[arg-type]

    def count_applied(self: Replay, entry: RosterEntry, *, is_trusted: bool = False) -> None:
        counts.applied += 1
        apply(self, entry, is_trusted=is_trusted)

    monkeypatch.setattr(roster_replay, "verify_entry", count_verified)
    monkeypatch.setattr(Replay, "apply", count_applied)
    return counts


def lengthened(roster: Roster, signer: Identity, length: int) -> Roster:
    """Return the roster with settings up to this length, signed at once."""
    member = roster.by_keys(signer.fingerprint)
    assert member is not None
    entries, last = list(roster.entries), roster.last_hash
    for place in range(roster.length, length):
        body = {"op": "settings", "key": f"of {place % 100}", "value": place}
        entries.append(sign_entry(signer, member.id, roster.vault_id, place, last, signer.public, body))
        last = hash_entry(entries[-1])
    return read_roster(tuple(entries), Seen(length, last))


@pytest.fixture(scope="module")
def long() -> Roster:
    """Ada's, with Bob as a member."""
    return lengthened(with_member(found_roster(ADA, "Example", "Ada"), ADA, BOB.public, "Bob", MEMBER), ADA, MANY)


def test_case_70_every_signature_is_verified_once(long: Roster, counted: Counted) -> None:
    assert read_roster(long.entries).length == MANY
    assert (counted.verified, counted.applied) == (MANY, MANY)


def test_case_70_what_was_verified_before_is_hashed_alone(long: Roster, counted: Counted) -> None:
    newer = long.append(ADA, ADA.public, {"op": "settings", "key": "a", "value": 1})
    counted.applied = 0
    assert read_roster(newer.entries, long.seen).length == MANY + 1
    assert (counted.verified, counted.applied) == (1, MANY + 1)


def test_case_70_appending_replays_nothing(long: Roster, counted: Counted) -> None:
    newer = long
    for number in range(20):
        newer = newer.append(ADA, ADA.public, {"op": "settings", "key": "a", "value": number})
    assert (counted.verified, counted.applied) == (0, 20)
    assert (long.length, newer.length) == (MANY, MANY + 20)
    assert (long.settings.get("a"), newer.settings["a"]) == (None, 19)


@pytest.fixture(scope="module")
def vault_of_many() -> tuple[MemoryStore, Vault]:
    store = MemoryStore()
    vault = open_new(store)
    add(vault, "prod", "EXAMPLE")

    def lengthen(copy: Transaction) -> None:
        copy.roster = lengthened(copy.roster, copy.author, MANY)

    write_as_no_honest_program(vault, lengthen)
    return store, vault


def test_case_70_a_machine_or_an_identity_that_knows_them_opens_without_verifying_them_again(
    vault_of_many: tuple[MemoryStore, Vault], counted: Counted
) -> None:
    store, vault = vault_of_many
    remembering = ProcessMemory()
    Vault(store, vault.identity.bind(vault.vault_id, Floor(1, vault.state.roster.hashes[0])), memory=remembering)
    assert counted.verified == MANY - 1
    counted.verified = 0
    Vault(store, vault.identity.bind(vault.vault_id, Floor(1, vault.state.roster.hashes[0])), memory=remembering)
    Vault(store, vault.identity, memory=ProcessMemory())  # whose identity says how far it had come
    assert counted.verified == 0


def test_case_70_a_write_to_the_roster_applies_what_it_adds(
    vault_of_many: tuple[MemoryStore, Vault], counted: Counted
) -> None:
    store, vault = vault_of_many
    own = Vault(MemoryStore(store.tables.copy()), vault.identity, memory=ProcessMemory(), now=lambda: NOW)
    counted.applied = 0
    public = Identity.generate().public
    own.edit(lambda edit: edit.admit(public, "Carol", MEMBER))
    assert counted.verified == 1, "the new one, when it is read back"
    assert counted.applied == 1 + own.state.roster.length, "one that is added, and all that is read back once"


def lists_of(count: int, creator: Identity, *taken_off: bytes) -> Iterator[EndedLists]:
    grants = [AccessGrant(1, creator.fingerprint, WRITE)]
    for _ in range(count):
        yield EndedLists(_list(creator, grants), taken_off)


def _list(creator: Identity, grants: list[AccessGrant]) -> AccessList:
    only = creator.fingerprint
    return make_list(creator, only, bytes(16), version=2, grants=grants, creator=only)


def test_case_70_15_000_lists_end_in_as_few_entries_as_may_be(counted: Counted) -> None:
    roster = with_member(found_roster(ADA, "Example", "Ada"), ADA, BOB.public, "Bob", MEMBER)
    ended = list(lists_of(15_000, BOB, ADA.fingerprint))
    for signer in (ADA, BOB):
        counted.applied = 0
        newer = with_ended_lists(roster, signer, ended)
        assert newer.length - roster.length == counted.applied == -(-15_000 // MOST_RECORDS)
        assert counted.applied <= OF_ONE_MEMBER, "a member may do it"
        read = read_roster(newer.entries)
        for one in (ended[0], ended[-1]):
            assert read.least_of(one.access.record_id).version == 2
            assert read.taken_off(one.access.record_id, since=1) == {ADA.fingerprint}
            assert read.taken_off(one.access.record_id, since=2) == frozenset()


def test_case_70_who_is_taken_off_is_named_however_many_they_are() -> None:
    roster = found_roster(ADA, "Example", "Ada")
    people = [bytes([number]) * 16 for number in range(3 * MOST_NAMED + 1)]
    (many,) = lists_of(1, ADA, *people)
    (few,) = lists_of(1, ADA, people[0])
    read = read_roster(with_ended_lists(roster, ADA, [few, many, few]).entries)
    assert read.taken_off(many.access.record_id, since=1) == set(people)
    assert people[0] in read.taken_off(few.access.record_id, since=1)


def test_case_70_one_record_named_again_and_again_is_no_more_work_than_entries() -> None:
    roster = with_member(found_roster(ADA, "Example", "Ada"), ADA, BOB.public, "Bob", MEMBER)
    people = [bytes([number]) * 16 for number in range(MOST_NAMED)]
    (one,) = lists_of(1, BOB)
    body = write_unshared([Ended(one.access.salt, 5)] * MOST_RECORDS, people, creator=BOB.fingerprint)
    for _ in range(OF_ONE_MEMBER):
        roster = roster.append(BOB, BOB.public, {"op": "unshare", **body})
    with pytest.raises(NotPermitted, match="more of the roster than a member may"):
        roster.append(BOB, BOB.public, {"op": "unshare", **body})
    steps, chain = 0, roster._replay.taken_off[one.access.record_id]
    while chain:
        steps, chain = steps + 1, chain[0].before
    assert steps == OF_ONE_MEMBER
    assert roster.taken_off(one.access.record_id, since=4) == set(people)


def test_case_70_all_that_is_unshared_by_pattern_is_one_write(counted: Counted) -> None:
    store = MemoryStore()
    ada = open_new(store)
    bob = join(ada, store, "Bob", MEMBER)
    names = [f"job {number}" for number in range(2 * MOST_RECORDS + 1)]
    ada.edit(lambda edit: [edit.add(draft(name)) for name in names])
    for name in names:
        share(ada, name, bob)
    before, generation = ada.state.roster.length, ada.generation
    (member,) = [one for one in ada.members if one.full_name == "Bob"]
    assert len(unshare(ada, map(ada.find, names), Recipients((member,)))) == len(names)
    assert (ada.generation - generation, ada.state.roster.length - before) == (1, 3)
    assert ada.verify().faults == ()


def test_case_70_the_last_entries_are_kept_for_who_leaves(long: Roster) -> None:
    settings = {"op": "settings", "key": "a", "value": 1}
    body = {"op": "unshare", **write_unshared([Ended(bytes(16), 5)], [], creator=BOB.fingerprint)}
    assert long.length > MOST_ENTRIES - FOR_OWNERS
    with pytest.raises(NotPermitted, match="for owners"):
        long.append(BOB, BOB.public, body)
    assert with_new_keys(long, BOB, Identity.generate()).length == long.length + 1, "his first new keys"
    assert long.append(ADA, ADA.public, settings).length == long.length + 1
    nearly = lengthened(long, ADA, MOST_ENTRIES - FOR_THE_END)
    with pytest.raises(NotPermitted, match="full"):
        nearly.append(ADA, ADA.public, settings)
    assert without_member(nearly, ADA, BOB.fingerprint).length == nearly.length + 1


def test_case_70_a_full_roster_is_read_and_takes_nothing_more(long: Roster) -> None:
    carol = Identity.generate()
    roster = with_member(long, ADA, carol.public, "Carol", OWNER)
    roster = lengthened(roster, ADA, MOST_ENTRIES - FOR_THE_END)
    for number in range(FOR_THE_END):
        body = {"op": "restored", "generation": number, "head": "00" * 32}
        roster = roster.append(ADA, ADA.public, body)
    assert read_roster(roster.entries, long.seen).length == MOST_ENTRIES
    with pytest.raises(NotPermitted, match="full"):
        without_member(roster, ADA, BOB.fingerprint)
