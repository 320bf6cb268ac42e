"""Parts of a JSON value: found, checked, shown only where the spec says so, and replaced for a control."""

import json
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.flow import Verdict
from nexcred.connectors.language.json_text import json_text
from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.parts import parts_of, public_parts, with_secret_parts
from nexcred.model.credential import Value
from nexcred.model.probe import ProbeStatus
from nexcred.model.secret import Secret
from nexcred.probing.control import junk_fields
from nexcred.probing.plan import fit_to_show
from tests.support.standins.google import service_account
from tests.unit.connectors.specs import changed, problems_of

GCS = load_connector("gcs").methods[0]
ACCOUNT = service_account("https://oauth2.googleapis.com/token")
FIELDS: dict[str, Value] = {"service_account_key": Secret(json.dumps(ACCOUNT)), "bucket": "b-1"}
PARTED = changed(
    "secret = true", 'secret = true\n  kind = "json"\n  part = [{ name = "id", pick = "id", public = true }]'
)


def test_public_parts_are_text_and_all_others_secret() -> None:
    public = ("client_email", "project_id", "token_uri")
    assert public_parts(GCS, FIELDS) == {name: ACCOUNT[name] for name in public}
    hidden = parts_of(GCS, FIELDS)["private_key"]
    assert isinstance(hidden, Secret)
    assert hidden.reveal() == ACCOUNT["private_key"].strip()


def test_what_is_quoted_keeps_the_address_and_loses_the_key() -> None:
    line = ACCOUNT["private_key"].splitlines()[3]
    verdict = Verdict(
        ProbeStatus.FORBIDDEN, identity=ACCOUNT["client_email"], detail=f"no {line} of {ACCOUNT['client_email']}"
    )
    shown = fit_to_show(verdict, with_secret_parts(GCS, FIELDS))
    assert shown.identity == ACCOUNT["client_email"]
    assert line not in shown.detail
    assert shown.detail.endswith(f" of {ACCOUNT['client_email']}")


def test_junk_is_a_key_file_of_the_same_account_with_another_key() -> None:
    for written in (json.dumps(ACCOUNT), b64encode(json.dumps(ACCOUNT).encode()).decode()):
        junk = junk_fields(GCS, {"service_account_key": Secret(written)})["service_account_key"]
        assert isinstance(junk, Secret)
        made_up = json.loads(str(junk.reveal()))
        assert made_up["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
        assert {name for name in ACCOUNT if made_up[name] != ACCOUNT[name]} == {"private_key", "private_key_id"}


@given(st.recursive(st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_is_the_same_in_base64(document: object) -> None:
    text = json.dumps({"a": document})
    assert json_text(b64encode(text.encode()).decode()) == text
    assert json_text(text) == text


@given(st.text())
def test_what_is_not_base64_of_json_stays_as_it_is(text: str) -> None:
    assert json_text(text) == text or json_text(text).lstrip()[0] in "{["


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name = "id"', 'name = "Id"', "must be lower-case letters, digits and '_'"),
        ('name = "id"', 'name = "tenant"', "'tenant' is given twice among the names, aliases and parts"),
        ('name = "id"', 'name = "token"', "'token' means something else in templates"),
        ('pick = "id"', 'pick = "a["', "is not a JMESPath expression"),
        ('kind = "json"', 'kind = "file"', "'part' belongs to kind json"),
        ('kind = "json"', 'json_type = "x"', "'json_type' belongs to kind json"),
        ('kind = "json"', "", "of a text needs 'after' and 'pattern', and is itself a text"),
        ('pick = "id"', 'after = "-"', "of JSON needs 'pick', and no 'after'"),
    ],
)
def test_a_mistake_in_a_part_is_found(old: str, new: str, problem: str) -> None:
    assert any(found.startswith(problem) for _, found in problems_of(changed(old, new, PARTED)))


def test_templates_may_name_parts_and_identities_only_public_ones() -> None:
    spec = changed('"Bearer {api_key}"', '"Bearer {id}"', PARTED)
    assert problems_of(spec) == []
    probe = 'request = { url = "https://{tenant}.acme.test/me" }'
    shown = changed(probe, f'{probe}\n  identity = "{{id}}"', spec)
    assert problems_of(shown) == []
    hidden = changed(", public = true", "", shown)
    assert [problem for _, problem in problems_of(hidden)] == ["shows the secret field 'id'"]


def test_a_url_may_be_a_part_of_kind_url_alone() -> None:
    field = (
        '[[method.field]]\n  name = "login_url"\n  label = "L"\n  kind = "url"\n  default = "{id}"\n\n  [method.auth]'
    )
    spec = changed("[method.auth]", field, PARTED)
    assert any("or be a part of kind url" in problem for _, problem in problems_of(spec))
    assert problems_of(changed('pick = "id"', 'pick = "id", kind = "url"', spec)) == []
