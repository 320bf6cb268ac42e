"""What the scheme of a login may say, and may not."""

import pytest

from tests.unit.connectors.specs import changed, problems_of

AUTH = '  scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }'
LOGIN = """  scheme = "authorization_code"
  token_url = "https://acme.test/token"
  authorize_url = "https://acme.test/authorize"
  redirect_uri = "http://127.0.0.1:41789/callback"
  client_id = "{tenant}"
"""


@pytest.mark.parametrize(
    "keys",
    [
        'names = { client_id = "app_id", grant_type = "" }',
        'authorize_names = { client_id = "", code = "spapi_oauth_code" }',
        'scope_separator = ","\n  format = "json"\n  pkce = false',
        'device_authorization_url = "https://acme.test/device"',
    ],
)
def test_how_a_server_differs_is_said(keys: str) -> None:
    assert problems_of(changed(AUTH, f"{LOGIN}  {keys}")) == []


@pytest.mark.parametrize(
    ("keys", "place", "problem"),
    [
        ('names = { code = "" }', "names.code", "cannot be left out"),
        ('names = { client_id = "" }', "names.client_id", "cannot be left out"),
        ('authorize_names = { code = "" }', "authorize_names.code", "cannot be left out"),
        ('names = { code = "a b" }', "names.code", "must be letters, digits"),
        ('names = { scope = "code" }', "names.code", "'code' is the name of two parameters"),
        (
            'names = { client_id = "a" }\n  authorize_names = { scope = "a" }',
            "authorize_names",
            "gives one name to two parameters",
        ),
        ('authorize_names = { code = "state" }', "authorize_names.code", "tells a login's own answer from any other"),
        ('names = { cod = "x" }', "names.cod", "did you mean 'code'?"),
        ('authorize_names = { scope = "x", client_id = "x" }', "authorize_names.scope", "the name of two parameters"),
        ('authorize_parameters = { state = "x" }', "authorize_parameters.state", "one of those that are sent anyway"),
        ('names = { client_id = "a" }\n  authorize_parameters = { a = "x" }', "authorize_parameters.a", "sent anyway"),
        ('tokens_at = "a =="', "tokens_at", "is not a JMESPath expression"),
        ('scope_separator = "x"', "scope_separator", "must be one of"),
        ('format = "xml"', "format", "must be one of: form, json"),
    ],
)
def test_what_is_wrong_with_it_is_told_at_its_place(keys: str, place: str, problem: str) -> None:
    (found,) = problems_of(changed(AUTH, f"{LOGIN}  {keys}"))
    assert f": method[0].auth.{place}" in found[0]
    assert problem in found[1]


def test_a_login_needs_a_page_and_where_it_leads_back_to_or_a_device_code() -> None:
    neither = "\n".join(line for line in LOGIN.splitlines() if "authorize_url" not in line and "redirect" not in line)
    assert [text for _, text in problems_of(changed(AUTH, neither))] == [
        "lacks 'authorize_url', or 'device_authorization_url' for a login without a browser"
    ]
    by_device = f'{neither}\n  device_authorization_url = "https://acme.test/device"'
    assert problems_of(changed(AUTH, by_device)) == []
    nowhere = "\n".join(line for line in LOGIN.splitlines() if "redirect" not in line)
    assert [text for _, text in problems_of(changed(AUTH, nowhere))] == [
        "'authorize_url' and 'redirect_uri' belong together"
    ]
    (found,) = problems_of(changed(AUTH, f'{LOGIN}  device_authorization_url = "ftp://acme.test"'))
    assert found[0].endswith("auth.device_authorization_url")
