import pytest

from nexcred.errors import (
    ChangedMeanwhile,
    InvalidData,
    NameTaken,
    RevisionNotFound,
)
from nexcred.model.probe import ProbeStatus
from nexcred.vault.changes import Changes
from nexcred.vault.edit import Edit
from nexcred.vault.open_state import open_state
from nexcred.vault.vault import Vault
from nexcred.vault.verify import VerifyReport
from tests.support.memory_store import MemoryStore
from tests.support.sample_vault import (
    NOW,
    accepted,
    add,
    describe,
    details,
    draft,
    everything,
    fill,
    open_new,
    remove,
    set_session,
    update,
)


@pytest.fixture
def vault(store: MemoryStore) -> Vault:
    return open_new(store)


@pytest.mark.parametrize("name", ["Prod Events", "prod events", "PROD EVENTS", "Cafe\u0301", "CAFÉ"])
def test_a_name_is_taken_in_whatever_case_and_form(vault: Vault, name: str) -> None:
    add(vault, "Prod Events")
    add(vault, "Café")
    for attempt in (
        lambda edit: edit.add(draft(name)),
        lambda edit: edit.add(draft("free")) and edit.add(draft("FREE")),
        lambda edit: edit.update(edit.find("Prod Events" if "f" in name.lower() else "Café"), Changes(name=name)),
    ):
        with pytest.raises(NameTaken):
            vault.edit(attempt)
    assert vault.names() == ["Café", "Prod Events"]


def test_only_the_case_of_a_name_may_change(vault: Vault) -> None:
    add(vault, "prod")
    vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(name="PROD")))
    assert vault.names() == ["PROD"]
    assert vault.verify().strays == 0


def test_a_renamed_credential_keeps_all_but_its_name(vault: Vault) -> None:
    fill(vault)
    before = everything(vault)["Ünïcode 日本"]
    vault.edit(lambda edit: edit.update(edit.find("ünïcode 日本"), Changes(name="plain")))
    after = everything(vault)["plain"]
    assert not vault.has("Ünïcode 日本")
    assert after[1:] == before[1:]
    assert after[0] == before[0]._replace(name="plain", revision=before[0].revision + 1)


def test_a_description_changes_without_a_new_version(vault: Vault) -> None:
    first = add(vault, "prod")
    second = describe(vault, "prod", "new")
    assert (second.description, second.version, second.revision) == ("new", 1, first.revision + 1)
    assert len(vault.history(second)) == 1
    assert vault.verify() == VerifyReport(1, 1, 0, 0)


def test_new_values_are_a_new_version_and_the_old_ones_stay(vault: Vault) -> None:
    first = add(vault, "prod", "EXAMPLE-1")
    second = update(vault, "prod", "EXAMPLE-2", region="eu")
    assert (second.version, second.changed, second.probe) == (2, ("api_key", "region"), None)
    assert [one.version for one in vault.history(second)] == [2, 1]
    assert [vault.details_at(second, version) for version in (1, 2)] == [
        details("EXAMPLE-1"),
        details("EXAMPLE-2", region="eu"),
    ]
    assert vault.details(first) == details("EXAMPLE-1")
    for version in (0, 3, -1):
        with pytest.raises(RevisionNotFound):
            vault.details_at(second, version)


def test_history_keeps_ten_past_versions_and_leaves_no_strays(store: MemoryStore, vault: Vault) -> None:
    add(vault, "prod", "EXAMPLE-1")
    for number in range(2, 15):
        set_session(vault, "prod", {"access_token": f"EXAMPLE-{number}"})
        update(vault, "prod", f"EXAMPLE-{number}")
        describe(vault, "prod", f"number {number}")
    credential = vault.find("prod")
    assert [one.version for one in vault.history(credential)] == [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4]
    assert vault.details_at(credential, 4) == details("EXAMPLE-4")
    with pytest.raises(RevisionNotFound):
        vault.details_at(credential, 3)
    assert vault.verify() == VerifyReport(1, 1, 10, 0)
    assert len(store.tables.items) == 22
    vault.edit(lambda edit: edit.purge(edit.find("prod")))
    assert (store.tables.items, store.tables.leaves, vault.size) == ({}, {}, 0)


def test_a_session_is_kept_until_the_values_change(store: MemoryStore, vault: Vault) -> None:
    add(vault, "prod")
    credential = set_session(vault, "prod", {"access_token": "EXAMPLE", "n": 1})
    assert vault.session(credential) == {"access_token": "EXAMPLE", "n": 1}
    assert vault.session(set_session(vault, "prod", {"access_token": "EXAMPLE-2"})) == {"access_token": "EXAMPLE-2"}
    assert vault.verify() == VerifyReport(1, 1, 0, 0)
    assert vault.session(update(vault, "prod", "EXAMPLE-new")) is None
    assert vault.verify() == VerifyReport(1, 1, 1, 0)
    set_session(vault, "prod", {"access_token": "EXAMPLE-3"})
    assert vault.session(set_session(vault, "prod", None)) is None
    assert len(store.tables.items) == 4


def test_renewed_tokens_are_kept_although_the_record_was_written_meanwhile(vault: Vault) -> None:
    seen = add(vault, "prod")
    describe(vault, "prod", "newer")
    vault.edit(lambda edit: edit.keep_session(seen, {"access_token": "EXAMPLE-1"}))
    vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(name="production")))
    kept = vault.edit(lambda edit: edit.keep_session(seen, {"access_token": "EXAMPLE-2"}))
    assert (kept.name, kept.description) == ("production", "newer")
    assert vault.session(kept) == {"access_token": "EXAMPLE-2"}


def test_tokens_are_not_kept_beside_other_values_than_those_they_were_granted_for(vault: Vault) -> None:
    seen = add(vault, "prod")
    update(vault, "prod", "EXAMPLE-new")
    with pytest.raises(ChangedMeanwhile):
        vault.edit(lambda edit: edit.keep_session(seen, {"access_token": "EXAMPLE"}))
    remove(vault, "prod")
    with pytest.raises(ChangedMeanwhile):
        vault.edit(lambda edit: edit.keep_session(seen, {"access_token": "EXAMPLE"}))


def test_who_read_before_another_wrote_changes_nothing(vault: Vault) -> None:
    stale = add(vault, "prod")
    describe(vault, "prod", "newer")
    for attempt in (
        lambda edit: edit.update(stale, Changes(description="mine")),
        lambda edit: edit.remove(stale),
        lambda edit: edit.set_session(stale, {}),
    ):
        with pytest.raises(ChangedMeanwhile):
            vault.edit(attempt)
    remove(vault, "prod")
    add(vault, "prod")
    with pytest.raises(ChangedMeanwhile):
        vault.edit(lambda edit: edit.remove(stale))
    assert vault.find("prod").description == "about prod"


def test_a_probe_result_is_kept_for_the_values_that_it_judged(vault: Vault) -> None:
    credential = add(vault, "prod")
    kept = vault.edit(lambda edit: edit.record_probe(credential, accepted()._replace(expires_at=NOW)))
    assert (kept.probe, kept.expires_at, kept.version) == (accepted()._replace(expires_at=NOW), NOW, 1)
    describe(vault, "prod", "moved on, with the same values")
    vault.edit(lambda edit: edit.record_probe(credential, accepted()._replace(status=ProbeStatus.REJECTED)))
    again = vault.find("prod")
    assert again.probe is not None
    assert (again.probe.status, again.expires_at, again.description[:5]) == (ProbeStatus.REJECTED, NOW, "moved")


def test_a_probe_result_of_other_values_is_dropped(vault: Vault) -> None:
    credential = add(vault, "prod")
    update(vault, "prod", "EXAMPLE-new")
    generation = vault.generation
    shown = vault.edit(lambda edit: edit.record_probe(credential, accepted()))
    assert (shown.version, shown.probe, vault.generation) == (2, None, generation)
    remove(vault, "prod")
    assert vault.edit(lambda edit: edit.record_probe(credential, accepted())) == credential
    add(vault, "prod")
    vault.edit(lambda edit: edit.record_probe(credential, accepted()))
    assert vault.find("prod").probe is None


def test_a_probe_result_that_comes_with_a_change_judges_the_version_it_makes(vault: Vault) -> None:
    add(vault, "prod")
    changes = Changes(details=details("EXAMPLE-2"), probe=accepted(version=0), expires_at=NOW)
    updated = vault.edit(lambda edit: edit.update(edit.find("prod"), changes))
    assert (updated.probe, updated.expires_at) == (accepted(2), NOW)
    again = vault.edit(lambda edit: edit.update(edit.find("prod"), Changes(probe=accepted(version=0))))
    assert again.probe == accepted(2)
    added = vault.edit(lambda edit: edit.add(draft("other")._replace(probe=accepted(version=7))))
    assert added.probe == accepted(1)


def test_one_edit_sees_its_own_effects_and_is_one_generation(store: MemoryStore, vault: Vault) -> None:
    def much(edit: Edit) -> str:
        edit.add(draft("one"))
        two = edit.add(draft("two"))
        edit.update(two, Changes(name="three", details=details("EXAMPLE-2")))
        edit.update(edit.find("three"), Changes(details=details("EXAMPLE-3")))
        edit.set_session(edit.find("three"), {"access_token": "EXAMPLE"})
        edit.update(edit.find("three"), Changes(details=details("EXAMPLE-4")))
        edit.purge(edit.find("one"))
        assert edit.has("THREE")
        assert not edit.has("one")
        return "done"

    assert vault.edit(much) == "done"
    assert (vault.names(), vault.generation) == (["three"], 2)
    assert [one.version for one in vault.history(vault.find("three"))] == [4, 3, 2, 1]
    assert vault.verify() == VerifyReport(1, 1, 3, 0)


def test_an_edit_that_fails_or_does_nothing_writes_nothing(store: MemoryStore, vault: Vault) -> None:
    add(vault, "prod")
    before = store.tables.copy()
    with pytest.raises(NameTaken):
        vault.edit(lambda edit: edit.add(draft("new")) and edit.add(draft("prod")))
    assert vault.edit(lambda edit: edit.find("prod").name) == "prod"
    for unreadable in ({"n": 2**63}, {"s": "\ud800"}):
        with pytest.raises(InvalidData):
            add(vault, "new", **unreadable)
    with pytest.raises(InvalidData):
        add(vault, "\ud800")
    assert store.tables == before


def test_keys_of_a_newer_version_survive_a_change(store: MemoryStore, vault: Vault) -> None:
    def write_extra(edit: Edit) -> None:
        found = edit._copy.find("prod")
        assert found is not None
        edit._copy.put(found.overview._replace(extra={"colour": "blue"}), found.revision + 1, instead_of=found)

    add(vault, "prod")
    vault.edit(write_extra)
    describe(vault, "prod", "new")
    update(vault, "prod", "EXAMPLE-new")
    with store.read() as snapshot:
        state = open_state(snapshot, vault.identity, None)
        extras = [state.open_overview(record)[1].extra for record in store.tables.items.values() if record[5] == 1]
    assert extras == [{"colour": "blue"}, {"colour": "blue"}]
