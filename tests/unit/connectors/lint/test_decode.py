"""Decoding a spec: strict, every problem at once, each with its place."""

from hashlib import sha256
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexcred.auth.scheme import Scheme
from nexcred.connectors.lint.decode import decode_connector
from nexcred.errors import SpecError
from tests.unit.connectors.specs import SPEC, changed, connector_of, problems_of

SCHEMES = ", ".join(str(scheme.__struct_config__.tag) for scheme in get_args(Scheme))


def test_a_spec_becomes_a_connector_with_the_digest_of_its_bytes() -> None:
    connector = connector_of()
    assert (connector.name, connector.title) == ("acme", "Acme")
    assert [field.name for field in connector.methods[0].fields] == ["tenant", "api_key"]
    assert connector.digest == sha256(SPEC.encode()).hexdigest()


def test_an_unknown_key_names_its_line_and_its_path() -> None:
    spec = changed("  secret = true\n", "  secert = true\n")
    assert problems_of(spec) == [("acme.toml:17: method[0].field[1].secert", "unknown key; did you mean 'secret'?")]


@pytest.mark.parametrize("evil", ["\\u001b[31m", "\\u001b]52;c;ZXZpbA==\\u0007", "\\u009b31m", "a\\u202eb", "\u202e"])
def test_no_text_holds_what_a_terminal_obeys_or_hides(evil: str) -> None:
    """A colleague's file is shown by `connectors show`, and asks for keys in its own words (case 50)."""
    refused = "holds a control or invisible character"
    assert problems_of(changed('label = "Tenant"', f'label = "{evil}"')) == [
        ("acme.toml:11: method[0].field[0].label", refused)
    ]
    ((place, problem),) = problems_of(changed('title = "Acme"', f'title = "Acme"\nsteps = ["a\\nb", "{evil}"]'))
    assert (place.startswith("acme.toml:3: steps"), problem) == (True, refused)


def test_every_problem_of_structure_is_reported_at_once_in_order() -> None:
    spec = changed('title = "Acme"', "title = 4")
    spec = changed('label = "Key"', 'kind = "txt"', spec)
    spec = changed('scheme = "headers"', 'scheme = "header"', spec)
    spec = changed('url = "https://{tenant}.acme.test/me"', "url = 1, limit = 2", spec)
    assert problems_of(spec) == [
        ("acme.toml:2: title", "must be a text"),
        ("acme.toml:14: method[0].field[1]", "lacks 'label'"),
        (
            "acme.toml:16: method[0].field[1].kind",
            "must be one of: base64, file, int, jmespath, json, path, private_key, text, url",
        ),
        ("acme.toml:20: method[0].auth.scheme", f"must be one of: {SCHEMES}"),
        ("acme.toml:24: method[0].probe.request.url", "must be a text"),
        ("acme.toml:24: method[0].probe.request.limit", "unknown key"),
    ]


@pytest.mark.parametrize("life", ["0", "-1", "10000000000", "1" + "0" * 18, "600.0", "true"])
@pytest.mark.parametrize(
    ("auth", "key"),
    [
        ('scheme = "session_token"\n  token = "t"\n  apply = {}\n  request = { url = "https://a.test" }', "ttl_s"),
        ('scheme = "client_credentials"\n  token_url = "https://a.test/token"', "ttl_s"),
    ],
)
def test_no_token_lives_longer_than_time_goes(auth: str, key: str, life: str) -> None:
    scheme = 'scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }'
    ((place, problem),) = problems_of(changed(scheme, f"{auth}\n  {key} = {life}"))
    assert place.endswith(f"method[0].auth.{key}")
    assert problem == "must be a whole number from 1 to 316224000"


def test_no_jwt_lives_longer_than_time_goes() -> None:
    scheme = 'scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }'
    spec = changed(scheme, 'scheme = "signed_jwt"\n  jwt = { claims = { iss = "{tenant}" }, life_s = 9999999999 }')
    ((place, problem),) = problems_of(spec)
    assert place.endswith("method[0].auth.jwt.life_s")
    assert problem == "must be a whole number from 1 to 316224000"


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ('name = "acme"\n', "", "acme.toml:1", "lacks 'name'"),
        ('scheme = "headers"', "", "acme.toml:19: method[0].auth", f"lacks 'scheme', one of: {SCHEMES}"),
        ("secret = true", 'secret = "yes"', "acme.toml:17: method[0].field[1].secret", "must be true or false"),
        ("secret = true", "secret = true\n  choices = 3", "acme.toml:18: method[0].field[1].choices", "must be a list"),
        ("secret = true", "min = 1.5", "acme.toml:17: method[0].field[1].min", "must be a whole number"),
        ("secret = true", "when = 3", "acme.toml:17: method[0].field[1].when", "must be a table"),
        (
            "secret = true",
            "default = []",
            "acme.toml:17: method[0].field[1].default",
            "must be a text or a whole number",
        ),
        (
            'headers = { Authorization = "Bearer {api_key}" }',
            "headers = { Authorization = 1 }",
            "acme.toml:21: method[0].auth.headers.Authorization",
            "must be a text",
        ),
        ('title = "Acme"', 'title = "Acme"\ndigest = "00"', "acme.toml:3: digest", "unknown key"),
        ('title = "Acme"', 'title = "Acme"\nhosts = ["a", 2]', "acme.toml:3: hosts[1]", "must be a text"),
    ],
)
def test_a_wrong_type_is_found_in_its_place(old: str, new: str, place: str, problem: str) -> None:
    found = problems_of(changed(old, new))
    assert [field for field, _ in found] == [place]
    assert found[0][1].startswith(problem)


def test_a_method_must_be_an_array_of_tables() -> None:
    assert problems_of('name = "a"\ntitle = "A"\ndocs_url = "https://a.test"\nmethod = 3\n') == [
        ("acme.toml:4: method", "must be a list")
    ]


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    (place, problem), *others = problems_of('name = "acme"\ntitle = \n')
    assert (place, others) == ("acme.toml:2", [])
    assert problem.startswith("is not TOML")


def test_what_is_not_utf_8_is_refused_with_its_line() -> None:
    assert problems_of(b'name = "acme"\ntitle = "\xff"\n') == [("acme.toml:2", "is not UTF-8")]


def test_methods_get_what_their_connector_shares() -> None:
    probe = '\n[probe]\nrequest = { url = "https://{tenant}.acme.test/me" }\n'
    tenant = '  [[method.field]]\n  name = "tenant"\n  label = "Tenant"\n  pattern = "[a-z0-9-]+"\n\n'
    spec = changed('\n  [method.probe]\n  request = { url = "https://{tenant}.acme.test/me" }\n', "")
    spec = changed(tenant, "", spec)
    spec = changed("[[method]]", tenant.replace("  ", "").replace("method.field", "field") + probe + "[[method]]", spec)
    method = connector_of(spec).methods[0]
    assert [field.name for field in method.fields] == ["tenant", "api_key"]
    assert method.probe is not None
    assert method.probe.request is not None


@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_spec_error(data: bytes) -> None:
    with pytest.raises(SpecError):
        decode_connector(data, "acme.toml")


_TOML_VALUES = st.sampled_from(
    ['""', '"{"', '"{a}"', "1", "true", "[]", "[1]", "{}", "{ a = 1 }", '"""\nx\n"""', "1.5"]
)


@given(st.integers(0, SPEC.count("\n") - 1), _TOML_VALUES)
def test_any_value_in_any_line_is_taken_or_refused_with_a_place(number: int, value: str) -> None:
    lines = SPEC.split("\n")
    key, equals, _ = lines[number].partition(" = ")
    if equals:
        lines[number] = f"{key} = {value}"
    assert all(place.startswith("acme.toml:") for place, _ in problems_of("\n".join(lines)))
