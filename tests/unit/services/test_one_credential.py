import pytest

from nexcred.errors import CredentialNotFound, FieldNotFound, InvalidData, NameTaken, RevisionNotFound, UsageError
from nexcred.model.credential import Credential
from nexcred.model.reference import parse_reference
from nexcred.model.secret import Secret
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.remove import removals_of, remove
from nexcred.services.credentials.update import prepare_update, rename, save_update
from nexcred.services.values.get import get_value
from nexcred.vault.vault import Vault
from tests.support.restoring import restore
from tests.unit.services.places import keep, never_taken


@pytest.fixture
def credential(vault: Vault) -> Credential:
    return add(vault, "Prod Events")


def add(vault: Vault, name: str) -> Credential:
    values = {"account_id": "4711", "api_key": Secret("key-1-EXAMPLE")}
    return keep(vault, prepare_new("aventri", values, is_taken=never_taken, name=name))


def change_key(vault: Vault, key: str) -> Credential:
    return save_update(
        vault, prepare_update(vault, vault.find("Prod Events"), UpdateInput({"api_key": Secret(key)})), None
    )


def test_a_value_is_got_by_reference(vault: Vault, credential: Credential) -> None:
    assert get_value(vault, parse_reference("Prod Events/api_key"))[1] == Secret("key-1-EXAMPLE")
    assert get_value(vault, parse_reference("nexcred://prod%20events/account_id"))[1] == "4711"


def test_an_unknown_field_or_name_is_told_with_what_was_meant(vault: Vault, credential: Credential) -> None:
    with pytest.raises(FieldNotFound) as field:
        get_value(vault, parse_reference("Prod Events/api_kei"))
    assert "did you mean 'Prod Events/api_key'" in field.value.hint
    with pytest.raises(FieldNotFound) as other:
        get_value(vault, parse_reference("Prod Events/zzz"))
    assert other.value.hint == "it has: account_id, api_key, region"
    with pytest.raises(CredentialNotFound) as name:
        get_value(vault, parse_reference("Prod Event/api_key"))
    assert "did you mean 'Prod Events'" in name.value.hint


def test_a_credential_is_renamed_with_all_that_it_has(vault: Vault, credential: Credential) -> None:
    renamed = rename(vault, "prod events", "Events")
    assert (renamed.id, renamed.name, renamed.version) == (credential.id, "Events", 1)
    assert vault.names() == ["Events"]
    assert rename(vault, "Events", "EVENTS").name == "EVENTS"
    generation = vault.generation
    assert rename(vault, "EVENTS", "EVENTS").name == "EVENTS"
    assert vault.generation == generation


def test_a_rename_is_refused_for_taken_and_bad_names(vault: Vault, credential: Credential) -> None:
    add(vault, "other")
    with pytest.raises(NameTaken):
        rename(vault, "other", "PROD EVENTS")
    with pytest.raises(InvalidData):
        rename(vault, "other", "a/b")
    with pytest.raises(CredentialNotFound):
        rename(vault, "nothing", "x")
    assert vault.names() == ["other", "Prod Events"]


def test_credentials_are_removed_together(vault: Vault, credential: Credential) -> None:
    add(vault, "other")
    add(vault, "third")
    removals = removals_of(map(vault.find, ("other", "Prod Events")))
    assert [(removal.credential.name, removal.title) for removal in removals] == [
        ("other", "Aventri"),
        ("Prod Events", "Aventri"),
    ]
    assert all("Settings > API" in removal.revoke for removal in removals)
    remove(vault, removals)
    assert vault.names() == ["third"]


def test_an_earlier_revision_is_restored_as_a_new_one(vault: Vault, credential: Credential) -> None:
    change_key(vault, "key-2-EXAMPLE")
    restored = restore(vault, "Prod Events", 1)
    assert (restored.version, restored.changed, restored.probe) == (3, ("api_key",), None)
    assert vault.details(restored).fields["api_key"] == Secret("key-1-EXAMPLE")
    assert [revision.version for revision in vault.history(restored)] == [3, 2, 1]


def test_what_cannot_be_restored_is_told(vault: Vault, credential: Credential) -> None:
    change_key(vault, "key-2-EXAMPLE")
    with pytest.raises(RevisionNotFound):
        restore(vault, "Prod Events", 7)
    with pytest.raises(UsageError, match="the values that it has now"):
        restore(vault, "Prod Events", 2)
    assert vault.find("Prod Events").version == 2
