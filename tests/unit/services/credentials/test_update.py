from dataclasses import replace

import pytest

from nexcred.errors import ChangedMeanwhile, HostRefused, InvalidData, MissingField, Rejected, UsageError
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.credentials.merged_values import UpdateInput
from nexcred.services.credentials.update import Prepared, prepare_update, probe_update, save_update
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins.aventri import Aventri
from tests.support.standins.rest import Rest
from tests.unit.services.places import keep, never_taken, new_aventri, new_rest


@pytest.fixture
def credential(vault: Vault, aventri: Aventri) -> Credential:
    return keep(vault, new_aventri(aventri, key="old-EXAMPLE"))


def prepare(vault: Vault, credential: Credential, wanted: UpdateInput) -> Prepared:
    return prepare_update(vault, credential, wanted)


def test_fields_not_named_keep_their_values(vault: Vault, credential: Credential, prober: Prober) -> None:
    prepared = prepare(vault, credential, UpdateInput({"api_key": Secret(Aventri.api_key)}))
    assert prepared.values is not None
    assert prepared.values.changed == ("api_key",)
    updated = save_update(vault, *probe_update(prepared, prober))
    assert (updated.version, updated.changed) == (2, ("api_key",))
    assert updated.probe is not None
    assert (updated.probe.status, updated.probe.version) == (ProbeStatus.ACCEPTED, 2)
    fields = vault.details(vault.find("aventri")).fields
    assert (fields["account_id"], fields["api_key"]) == ("4711", Secret(Aventri.api_key))


def test_an_alias_replaces_the_value_that_is_there(vault: Vault, credential: Credential) -> None:
    prepared = prepare(vault, credential, UpdateInput({"key": Secret("new-EXAMPLE")}))
    assert prepared.values is not None
    assert prepared.values.changed == ("api_key",)


def test_a_name_and_its_alias_at_once_are_refused(vault: Vault, credential: Credential) -> None:
    with pytest.raises(InvalidData, match="twice"):
        prepare(vault, credential, UpdateInput({"key": Secret("a-EXAMPLE"), "api_key": Secret("b-EXAMPLE")}))


def test_the_same_values_make_no_revision_and_no_probe(
    vault: Vault, credential: Credential, prober: Prober, aventri: Aventri
) -> None:
    prepared = prepare(vault, credential, UpdateInput({"account_id": "4711", "api_key": Secret("old-EXAMPLE")}))
    assert prepared.is_empty
    assert probe_update(prepared, prober) == (prepared, None)
    assert save_update(vault, prepared, None) == credential
    assert vault.find("aventri").revision == credential.revision
    assert aventri.received == []


def test_description_and_tags_change_without_a_probe_or_a_revision_of_values(
    vault: Vault, credential: Credential, prober: Prober
) -> None:
    prepared = prepare(vault, credential, UpdateInput({}, description="Registrations", tags=("prod", "events")))
    assert probe_update(prepared, prober) == (prepared, None)
    updated = save_update(vault, prepared, None)
    assert (updated.description, updated.tags, updated.version) == ("Registrations", ("prod", "events"), 1)
    again = save_update(vault, prepare(vault, updated, UpdateInput({}, tags=("new",), untag=("prod",))), None)
    assert (again.tags, again.description, again.revision) == (("events", "new"), "Registrations", 3)
    cleared = save_update(vault, prepare(vault, again, UpdateInput({}, description="")), None)
    assert cleared.description == ""


def test_a_refused_change_is_not_saved(vault: Vault, credential: Credential, prober: Prober) -> None:
    prepared = prepare(vault, credential, UpdateInput({"api_key": Secret("bad-EXAMPLE")}))
    _, result = probe_update(prepared, prober)
    with pytest.raises(Rejected) as caught:
        save_update(vault, prepared, result)
    assert "nexcred update 'aventri'" in caught.value.hint
    assert vault.details(vault.find("aventri")).fields["api_key"] == Secret("old-EXAMPLE")
    saved = save_update(vault, prepared, result, save_unverified=True)
    assert saved.version == 2


def test_changed_values_without_a_probe_are_not_verified(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    new = new_aventri(aventri)
    credential = keep(vault, new, prober.probe(new.method, new.details))
    assert credential.probe is not None
    prepared = prepare(vault, credential, UpdateInput({"api_key": Secret("other-EXAMPLE")}))
    assert save_update(vault, prepared, None).probe is None


def test_an_unset_field_goes_and_a_required_one_is_missed(vault: Vault, credential: Credential) -> None:
    prepared = prepare(vault, credential, UpdateInput({}, unset=("base_url",)))
    assert prepared.values is not None
    assert "base_url" not in prepared.values.details.fields
    with pytest.raises(MissingField):
        prepare(vault, credential, UpdateInput({}, unset=("api_key",)))
    with pytest.raises(InvalidData, match="did you mean 'api_key'"):
        prepare(vault, credential, UpdateInput({}, unset=("api_kei",)))
    with pytest.raises(UsageError, match="set and unset"):
        prepare(vault, credential, UpdateInput({"key": Secret("x-EXAMPLE")}, unset=("api_key",)))


def test_another_host_must_be_allowed_and_joins_those_that_are(
    vault: Vault, credential: Credential, aventri: Aventri
) -> None:
    moved = {"base_url": "http://127.0.0.1:9"}
    with pytest.raises(HostRefused):
        prepare(vault, credential, UpdateInput(moved))
    prepared = prepare(vault, credential, UpdateInput(moved, allow_hosts=("127.0.0.1:9",)))
    assert prepared.values is not None
    assert prepared.values.details.allowed_hosts == (aventri.host, "127.0.0.1:9")
    assert prepared.values.changed == ("base_url", "allowed_hosts")


def test_another_method_keeps_the_values_that_it_shares(vault: Vault, rest: Rest, prober: Prober) -> None:
    credential = keep(vault, new_rest(rest))
    prepared = prepare(vault, credential, UpdateInput({"header_name": Rest.header_name}, method="header"))
    assert prepared.values is not None
    assert "method" in prepared.values.changed
    updated = save_update(vault, *probe_update(prepared, prober))
    assert updated.method == "header"
    assert updated.probe is not None
    assert updated.probe.status is ProbeStatus.ACCEPTED
    with pytest.raises(InvalidData, match="no method 'heder'"):
        prepare(vault, updated, UpdateInput({}, method="heder"))


def test_a_credential_that_was_changed_meanwhile_is_not_overwritten(vault: Vault, credential: Credential) -> None:
    mine = prepare(vault, credential, UpdateInput({"api_key": Secret("mine-EXAMPLE")}))
    save_update(vault, prepare(vault, credential, UpdateInput({}, tags=("theirs",))), None)
    with pytest.raises(ChangedMeanwhile):
        save_update(vault, mine, None)
    assert vault.details(vault.find("aventri")).fields["api_key"] == Secret("old-EXAMPLE")


def test_another_writer_elsewhere_does_not_get_in_the_way(vault: Vault, credential: Credential) -> None:
    mine = prepare(vault, credential, UpdateInput({"api_key": Secret("mine-EXAMPLE")}))
    values = {"account_id": "1", "api_key": Secret("x-EXAMPLE")}
    keep(vault, prepare_new("aventri", values, is_taken=never_taken, name="other"))
    assert save_update(vault, mine, None).version == 2


def test_allowing_a_host_logs_nobody_out(vault: Vault) -> None:
    values = {"account_domain": "mycompany", "client_id": "id-EXAMPLE", "client_secret": Secret("secret-EXAMPLE")}
    new = prepare_new("aha", values, is_taken=never_taken, method_name="oauth2")
    session = {"access_token": "access-EXAMPLE", "refresh_token": "refresh-EXAMPLE"}
    credential = keep(vault, replace(new, session=session))
    prepared = prepare(vault, credential, UpdateInput({}, allow_hosts=("files.example.test",)))
    assert prepared.values is not None
    assert not prepared.values.ends_login
    allowed = save_update(vault, prepared, None)
    assert (allowed.allowed_hosts, vault.session(allowed)) == (("files.example.test",), session)
    other = prepare(vault, allowed, UpdateInput({"client_secret": Secret("other-EXAMPLE")}))
    assert other.values is not None
    assert other.values.ends_login
    assert vault.session(save_update(vault, other, None)) is None
