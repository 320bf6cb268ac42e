"""Case 55: a template is filled as a whole, or not at all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexcred.errors import CredentialNotFound, InvalidData
from nexcred.model.credential import Details
from nexcred.model.reference import Reference
from nexcred.model.secret import Secret
from nexcred.services.provisioning.inject import fill_template
from nexcred.vault.changes import NewRecord
from nexcred.vault.vault import Vault

ANYTHING = """
name = "anything"
title = "Anything"
docs_url = "https://docs.acme.test/"

[[method]]
name = "values"
label = "Values"
unprobed = "it is for nobody"

  [[method.field]]
  name = "api_key"
  label = "Key"
  kind = "file"
  secret = true
  required = false

  [[method.field]]
  name = "port"
  label = "Port"
  kind = "int"
  required = false

  [method.auth]
  scheme = "none"
"""


@pytest.fixture(autouse=True)
def anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a connector of one's own that takes any bytes."""
    folder = tmp_path / "config" / "nexcred" / "connectors"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "anything.toml").write_text(ANYTHING)
    (folder / "anything.toml").chmod(0o644)
    for above in (folder, folder.parent):
        above.chmod(0o755)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def keep_values(vault: Vault, name: str, **fields: str | int | Secret) -> None:
    details = Details("anything", "", "values", (), fields)
    vault.edit(lambda edit: edit.add(NewRecord(name, "", (), details)))


def test_values_stand_where_their_references_stood(vault: Vault) -> None:
    keep_values(vault, "Prod API", api_key=Secret("k {{ nexcred://Prod API/port }} EXAMPLE"), port=5432)
    keep_values(vault, "binary", api_key=Secret(b"\xff\x00\n"))
    template = (
        b"key: {{ nexcred://Prod%20API/api_key }}\r\nport: {{nexcred://prod api/port}}\xfe\n"
        b"{{ other }} {{\tnexcred://binary/api_key\t}}"
    )
    filled = fill_template(vault, template)
    assert filled.data == (b"key: k {{ nexcred://Prod API/port }} EXAMPLE\r\nport: 5432\xfe\n{{ other }} \xff\x00\n")
    assert [(credential.name, field) for credential, field in filled.used] == [
        ("Prod API", "api_key"),
        ("Prod API", "port"),
        ("binary", "api_key"),
    ]
    assert "EXAMPLE" not in repr(filled)


def test_case_55_everything_that_leads_nowhere_is_told_with_its_line(vault: Vault) -> None:
    keep_values(vault, "a", api_key=Secret("k-EXAMPLE"))
    template = b"{{ nexcred://a/api_key }}\n{{ nexcred://b/x }}\n{{ nexcred://a/nope }}\n{{ nexcred://a }}\n{{ nexcred://a/api_key"
    with pytest.raises(CredentialNotFound) as caught:
        fill_template(vault, template)
    assert [problem.field for problem in caught.value.problems] == ["line 2", "line 3", "line 4", "line 5"]
    assert "EXAMPLE" not in f"{caught.value.message}{caught.value.problems}"


def test_case_55_one_failure_keeps_its_kind(vault: Vault) -> None:
    keep_values(vault, "aventri", api_key=Secret("k-EXAMPLE"))
    with pytest.raises(CredentialNotFound, match="line 1: no credential named 'aventry'") as caught:
        fill_template(vault, b"{{ nexcred://aventry/api_key }}")
    assert "did you mean 'aventri'" in caught.value.hint


@pytest.mark.parametrize("template", [b"", b"nothing here", b"{{ nexcred }}", b"nexcred://a/b"])
def test_a_template_without_references_is_a_mistake(vault: Vault, template: bytes) -> None:
    with pytest.raises(InvalidData, match="no reference"):
        fill_template(vault, template)


NAMES = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "S"], exclude_characters="/"), min_size=1, max_size=9
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, value=st.binary(max_size=40), around=st.binary(max_size=20))
def test_a_url_of_a_reference_finds_its_value(vault: Vault, name: str, value: bytes, around: bytes) -> None:
    around = around.replace(b"{", b"")
    if vault.has(name):
        vault.edit(lambda edit: edit.remove(edit.find(name)))
    keep_values(vault, name, api_key=Secret.from_bytes(value))
    template = around + b"{{ " + Reference(name, "api_key").url.encode() + b" }}" + around
    assert fill_template(vault, template).data == around + value + around
