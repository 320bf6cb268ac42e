"""Which fields a login may find out, and how they are declared for that."""

import pytest

from tests.unit.connectors.specs import changed, problems_of

AUTH = '  scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }'
PROBE = 'request = { url = "https://{tenant}.acme.test/me" }'
LOGIN = """  scheme = "authorization_code"
  token_url = "https://acme.test/token"
  authorize_url = "https://acme.test/authorize"
  redirect_uri = "http://127.0.0.1:41789/callback"
  client_id = "{tenant}"
  """
URL = 'name = "found"\n  label = "Found"\n  kind = "url"\n  advanced = true\n  required = false'
TEXT = 'name = "found"\n  label = "Found"\n  pattern = "[a-z]+"\n  advanced = true\n  required = false'
HOSTS = 'hosts = ["*.acme.test"]'
ANSWER = 'from_answer = { found = "a" }'
LOOK_UP = 'look_up = { request = { url = "https://acme.test/me" }, set = { found = "a" } }'
IN_PATH, AS_BASE = 'url = "https://acme.test/{found}"', 'url = "{found}/me"'
BASE = """

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://{found}.acme.test"
"""
IN_HOST = 'url = "https://{found}.acme.test/me"'


def spec(keys: str, field: str = TEXT, probe: str = IN_PATH, hosts: str = "") -> str:
    with_login = changed(AUTH, f"{LOGIN}{keys}")
    with_field = changed("  secret = true\n", f"  secret = true\n\n  [[method.field]]\n  {field}\n", with_login)
    with_probe = changed('url = "https://{tenant}.acme.test/me"', probe, with_field)
    return changed('label = "API key"\n', f'label = "API key"\n{hosts}\n', with_probe)


@pytest.mark.parametrize(
    ("keys", "field", "probe", "hosts"),
    [
        (ANSWER, TEXT, IN_PATH, ""),
        (ANSWER, TEXT, IN_HOST, HOSTS),
        (ANSWER, TEXT + BASE, 'url = "{base_url}/me"', HOSTS),
        (ANSWER, URL, AS_BASE, HOSTS),
        ('from_callback = { found = "realmId" }', TEXT, IN_PATH, ""),
        (LOOK_UP, URL, AS_BASE, HOSTS),
        (ANSWER, 'name = "found"\n  label = "Found"\n  pattern = "[a-z]+"', IN_HOST, ""),
    ],
)
def test_a_field_that_a_login_finds_out_may_be_used_after_it(keys: str, field: str, probe: str, hosts: str) -> None:
    assert problems_of(spec(keys, field, probe, hosts)) == []


@pytest.mark.parametrize(
    ("keys", "field", "probe", "more", "problem"),
    [
        ('from_answer = { nobody = "a" }', TEXT, "", "", "'nobody' is no field"),
        ('from_answer = { api_key = "a" }', TEXT, "", "", "'api_key' is a secret, which no login finds out"),
        (ANSWER, TEXT.replace("pattern", "expects"), IN_PATH, "", "needs a pattern or choices"),
        (ANSWER, URL.replace("url", "int"), "", "", "must be of kind text or url"),
        (ANSWER, URL, AS_BASE, "", "needs 'hosts' that say where it may lead"),
        (ANSWER, URL, AS_BASE, f'{HOSTS}\nown_host = "found"', "an answer would say where the credential goes"),
        (ANSWER, TEXT.replace("advanced = true", ""), IN_PATH, "", "would be asked for: make it advanced, or required"),
        (ANSWER, TEXT, IN_HOST, "", "reaches a host name: 'hosts' has to cover what it may become"),
        (ANSWER, TEXT + BASE, 'url = "{base_url}/me"', "", "reaches a host name: 'hosts' has to cover"),
        ('from_callback = { found = "code" }', TEXT, IN_PATH, "", "'code' is no parameter with a value"),
        (
            'from_callback = { found = "auth_code" }\n  names = { code = "auth_code" }',
            TEXT,
            IN_PATH,
            "",
            "'auth_code' is no parameter with a value",
        ),
        (f'{ANSWER}\n  from_callback = {{ found = "a" }}', TEXT, IN_PATH, "", "'found' is found out twice"),
        ('from_callback = { found = "state" }', TEXT, IN_PATH, "", "'state' is no parameter with a value"),
        ('from_answer = { found = "a ==" }', TEXT, IN_PATH, "", "is not a JMESPath expression"),
        (LOOK_UP, TEXT.replace("required = false", 'default = "x"'), IN_PATH, "", "has a value already"),
        ("", TEXT, IN_PATH, "", "'found' may be missing; a URL needs it required or with a default"),
    ],
)
def test_what_is_wrong_with_it_is_told(keys: str, field: str, probe: str, more: str, problem: str) -> None:
    found = [text for _, text in problems_of(spec(keys, field, probe or PROBE[12:-2], more))]
    assert any(problem in text for text in found), found


def test_the_token_endpoint_cannot_be_one_that_the_redirect_names() -> None:
    whole = spec('from_callback = { found = "a" }', URL, AS_BASE, HOSTS)
    ((_, problem),) = problems_of(whole.replace("https://acme.test/token", "{found}/t"))
    assert problem == "'found' may be missing; a URL needs it required or with a default"
