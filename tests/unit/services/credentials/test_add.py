from ipaddress import ip_address

import pytest

from nexcred.errors import HostRefused, InvalidData, MissingField, NameTaken, Rejected, UnknownConnector
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.probing.outcome import warning_for
from nexcred.services.credentials.add import probe_new, save_new
from nexcred.services.credentials.draft import prepare_new
from nexcred.services.credentials.free_name import free_name
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault
from tests.support.standins import faults
from tests.support.standins.aventri import Aventri
from tests.support.standins.exchange import Fault
from tests.support.standins.rest import Rest
from tests.unit.services.places import never_taken, new_aventri, new_rest

VALUES = {"account_id": "4711", "api_key": Secret("key-EXAMPLE")}


def test_an_accepted_credential_is_saved_verified(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    new = new_aventri(aventri)
    _, result = probe_new(new, prober)
    credential = save_new(vault, new, result)
    assert credential.probe is not None
    assert (credential.probe.status, credential.probe.identity) == (ProbeStatus.ACCEPTED, "account 4711")
    assert (credential.name, credential.version, credential.probe.version) == ("aventri", 1, 1)
    assert vault.details(vault.find("aventri")).fields["api_key"] == Secret(Aventri.api_key)
    assert warning_for(result, new.connector, new.method) is None


def test_a_rejected_credential_is_not_saved(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    new = new_aventri(aventri, key="wrong-EXAMPLE")
    _, result = probe_new(new, prober)
    assert result.status is ProbeStatus.REJECTED
    with pytest.raises(Rejected) as caught:
        save_new(vault, new, result)
    assert "Aventri rejected this credential" in caught.value.message
    assert "--save-unverified" in caught.value.hint
    assert "wrong-EXAMPLE" not in caught.value.message + caught.value.hint
    assert vault.names() == []


def test_a_rejected_credential_is_saved_when_that_is_wanted(vault: Vault, aventri: Aventri, prober: Prober) -> None:
    new = new_aventri(aventri, key="wrong-EXAMPLE")
    credential = save_new(vault, new, probe_new(new, prober)[1], save_unverified=True)
    assert credential.probe is not None
    assert credential.probe.status is ProbeStatus.REJECTED


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (faults.rate_limited(("Retry-After", "7")), ProbeStatus.RATE_LIMITED),
        (faults.server_error(), ProbeStatus.PROVIDER_ERROR),
        (faults.html_page(403), ProbeStatus.BLOCKED),
        (faults.reset(), ProbeStatus.UNREACHABLE),
    ],
)
def test_what_is_not_proved_is_saved_with_a_warning(
    vault: Vault, aventri: Aventri, prober: Prober, fault: Fault, status: ProbeStatus
) -> None:
    aventri.fault = fault
    new = new_aventri(aventri)
    _, result = probe_new(new, prober)
    credential = save_new(vault, new, result)
    assert credential.probe is not None
    assert credential.probe.status is status
    assert (warning_for(result, new.connector, new.method) or "").startswith("saved, not verified: ")


def test_a_rest_credential_is_probed_with_a_control(vault: Vault, rest: Rest, prober: Prober) -> None:
    assert probe_new(new_rest(rest), prober)[1].status is ProbeStatus.ACCEPTED
    assert len(rest.received) == 2


def test_a_rest_endpoint_that_takes_junk_proves_nothing(vault: Vault, rest: Rest, prober: Prober) -> None:
    rest.takes_junk = True
    _, result = probe_new(new_rest(rest), prober)
    assert result.status is ProbeStatus.INCONCLUSIVE
    assert "made-up" in result.detail


def test_without_a_probe_nothing_is_known(vault: Vault) -> None:
    new = prepare_new("aventri", VALUES, is_taken=vault.has)
    assert save_new(vault, new, None).probe is None


def test_the_name_defaults_to_the_connectors_and_makes_nothing_twice(vault: Vault) -> None:
    assert save_new(vault, prepare_new("aventri", VALUES, is_taken=vault.has), None).name == "aventri"
    with pytest.raises(NameTaken):
        prepare_new("aventri", VALUES, is_taken=vault.has)


def test_a_prompt_offers_a_name_that_is_free(vault: Vault) -> None:
    assert free_name("aventri", vault.has) == "aventri"
    for name in ("aventri", "aventri-2"):
        save_new(vault, prepare_new("aventri", VALUES, is_taken=vault.has, name=name), None)
    assert free_name("aventri", vault.has) == "aventri-3"


def test_a_taken_name_is_told_before_the_provider_is_asked(vault: Vault, aventri: Aventri) -> None:
    save_new(vault, new_aventri(aventri, name="Events"), None)
    with pytest.raises(NameTaken):
        new_aventri(aventri, name="EVENTS", is_taken=vault.has)
    with pytest.raises(NameTaken):
        save_new(vault, new_aventri(aventri, name="events"), None)
    assert aventri.received == []


def test_an_unknown_connector_and_bad_values_are_told() -> None:
    with pytest.raises(UnknownConnector, match="aventry"):
        prepare_new("aventry", VALUES, is_taken=never_taken)
    with pytest.raises(MissingField) as missing:
        prepare_new("aventri", {}, is_taken=never_taken)
    assert [problem.field for problem in missing.value.problems] == ["account_id", "api_key"]
    with pytest.raises(InvalidData):
        prepare_new("aventri", {**VALUES, "region": "mars"}, is_taken=never_taken)


@pytest.mark.parametrize("name", ["", "-rf", "a/b", "x" * 256, " x", "a\u202eb"])
def test_case_28_a_bad_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidData):
        prepare_new("aventri", VALUES, is_taken=never_taken, name=name)


@pytest.mark.parametrize("tags", [[""], ["a,b"], ["x" * 65], ["a\x1b[31m"], [f"t{n}" for n in range(65)]])
def test_bad_tags_are_refused(tags: list[str]) -> None:
    with pytest.raises(InvalidData):
        prepare_new("aventri", VALUES, is_taken=never_taken, tags=tags)


def test_tags_and_description_are_kept(vault: Vault) -> None:
    new = prepare_new(
        "aventri", VALUES, is_taken=never_taken, tags=["prod", " prod ", "events"], description=" two\nlines "
    )
    credential = save_new(vault, new, None)
    assert (credential.tags, credential.description) == (("prod", "events"), "two\nlines")


@pytest.mark.parametrize("description", ["a\x1b[31m", "x" * 4097, "a\u202eb", "\udc00"])
def test_a_bad_description_is_refused(description: str) -> None:
    with pytest.raises(InvalidData):
        prepare_new("aventri", VALUES, is_taken=never_taken, description=description)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "http://api-na.eventscloud.com",
        "https://169.254.169.254",
        "https://[::1]",
        "https://2130706433",
    ],
)
def test_case_45_a_host_outside_the_spec_needs_to_be_allowed(url: str) -> None:
    with pytest.raises(HostRefused) as caught:
        prepare_new("aventri", {**VALUES, "base_url": url}, is_taken=never_taken)
    assert "--allow-host" in caught.value.hint


def test_an_allowed_host_is_kept_with_the_credential(vault: Vault) -> None:
    new = prepare_new(
        "aventri",
        {**VALUES, "base_url": "http://127.0.0.1:8080"},
        is_taken=never_taken,
        allow_hosts=["127.0.0.1:8080", "127.0.0.1:8080"],
    )
    assert save_new(vault, new, None).allowed_hosts == ("127.0.0.1:8080",)


def test_values_that_look_wrong_are_warned_of() -> None:
    new = prepare_new("aventri", {**VALUES, "api_key": Secret(" key-EXAMPLE")}, is_taken=never_taken)
    assert len(new.warnings) == 1
    assert "EXAMPLE" not in new.warnings[0]


def test_case_45_a_name_that_leads_to_a_private_address_is_refused_when_probing(vault: Vault) -> None:
    new = prepare_new("aventri", VALUES, is_taken=never_taken)
    inside = Prober({}, resolver=lambda _name, _deadline: (ip_address("169.254.169.254"),))
    with pytest.raises(HostRefused) as caught:
        probe_new(new, inside)
    assert "169.254.169.254" in caught.value.message
    assert "EXAMPLE" not in caught.value.message
