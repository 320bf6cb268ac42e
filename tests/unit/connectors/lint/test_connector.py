"""A spec whose types are right and whose meaning is not."""

import pytest

from tests.unit.connectors.specs import SPEC, changed, problems_of

TENANT = 'pattern = "[a-z0-9-]+"'
SECRET = "secret = true"
PROBE = 'request = { url = "https://{tenant}.acme.test/me" }'
WHOLE_PROBE = f"\n  [method.probe]\n  {PROBE}\n"
AUTH = '  scheme = "headers"\n  headers = { Authorization = "Bearer {api_key}" }'
LABEL = 'label = "API key"'
REGION = '\n\n  [[method.field]]\n  name = "region"\n  label = "Region"\n  choices = ["na", "eu"]'
BASE_URL = (
    '\n\n  [[method.field]]\n  name = "base_url"\n  label = "Base"\n  kind = "url"\n  advanced = true\n  default = '
)
RULE = "\n\n    [[method.probe.rule]]\n    status = 400\n    "


def test_the_spec_that_the_others_change_is_right() -> None:
    assert problems_of(SPEC) == []


@pytest.mark.parametrize(
    ("old", "new", "place", "problem"),
    [
        ('name = "acme"', 'name = "Acme!"', "1: name", "must be lower-case letters, digits, '-' and '_'"),
        ("https://docs", "http://docs", "3: docs_url", "must begin with https://"),
        ('name = "api_key"\nlabel', 'name = "API"\nlabel', "6: method[0].name", "must be lower-case letters, digits"),
        (
            TENANT,
            f"{TENANT}{REGION}".replace('"region"', '"Region"'),
            "15: method[0].field[1].name",
            "must be lower-case",
        ),
        (
            PROBE,
            PROBE + RULE + 'verdict = "rejected"\n    elsewhere = [{ api_key = "x" }]',
            "29: method[0].probe.rule[0].elsewhere",
            "names something that is not a field, or a secret one",
        ),
        (
            PROBE,
            PROBE + RULE + 'verdict = "blocked"\n    elsewhere = [{ tenant = "x" }]',
            "29: method[0].probe.rule[0].elsewhere",
            "belongs to a rule that says rejected or expired",
        ),
        (
            TENANT,
            f'{TENANT}{REGION}{BASE_URL}"https://acme.test"\n  default_by = "region"'
            '\n  defaults = { eu = "https://{zone}.acme.test" }'
            '\n\n  [[method.field]]\n  name = "zone"\n  label = "Zone"',
            "5: method[0]",
            "'zone' reaches a host name and needs a pattern or choices",
        ),
        (TENANT, f'{TENANT}\n  default_by = "region"', "9: method[0].field[0]", "'default_by' names a field"),
        ("docs_url", 'failed = "ok =="\ndocs_url', "3: failed", "is not a JMESPath expression"),
        (
            AUTH,
            '  scheme = "authorization_code"\n  token_url = "https://acme.test/t"\n  authorize_url = "https://acme.test/a"'
            '\n  redirect_uri = "http://127.0.0.1:41789/callback"',
            "19: method[0].auth.client_id",
            "must say which client asks, such as {client_id}",
        ),
        ('label = "Key"', 'label = " "', "16: method[0].field[1].label", "is empty"),
        (SECRET, 'aliases = ["tenant"]\n  secret = true', "14: method[0].field[1]", "'tenant' is given twice among"),
        (
            SECRET,
            f'{SECRET}\n  default = "x"',
            "18: method[0].field[1].default",
            "is a secret's, which nobody may know",
        ),
        (SECRET, f'{SECRET}\n  choices = ["x"]', "18: method[0].field[1].choices", "shows the values of a secret"),
        (SECRET, f'{SECRET}\n  kind = "url"', "18: method[0].field[1].kind", "a secret cannot be of kind url"),
        (SECRET, f'{SECRET}\n  env = "lower"', "18: method[0].field[1].env", "must be upper-case letters, digits"),
        (SECRET, f'{SECRET}\n  env = "LD_PRELOAD"', "18: method[0].field[1].env", "programs run or load what LD"),
        (
            SECRET,
            f'{SECRET}\n  env = "A"\n  env_also = ["PATH"]',
            "19: method[0].field[1].env_also",
            "programs run or load",
        ),
        (
            SECRET,
            f'{SECRET}\n  env_also = ["A"]',
            "18: method[0].field[1].env_also",
            "names further variables, but 'env'",
        ),
        (
            SECRET,
            f'{SECRET}\n  env = "A"\n  setting = true',
            "19: method[0].field[1].setting",
            "is for a field with 'env'",
        ),
        (LABEL, f'{LABEL}\nclears = ["PATH"]', "8: method[0].clears[0]", "PATH says more than who logs in, and where"),
        (LABEL, f'{LABEL}\nclears = ["a"]', "8: method[0].clears[0]", "must be upper-case letters, digits and '_'"),
        (LABEL, f'{LABEL}\nclears = ["A", "A"]', "8: method[0].clears[1]", "'A' is there twice"),
        (SECRET, f'{SECRET}\n  pattern = "("', "18: method[0].field[1].pattern", "is not a regular expression"),
        (SECRET, f"{SECRET}\n  min = 1", "14: method[0].field[1]", "'min' and 'max' belong to kind int"),
        (TENANT, f"{TENANT}\n  jwt = true", "9: method[0].field[0]", "'jwt' and 'verbatim' belong to secrets"),
        (TENANT, f'{TENANT}\n  default = "A"', "13: method[0].field[0].default", "does not fit the pattern"),
        (TENANT, f"{TENANT}\n  when = {{ field = 'x' }}", "13: method[0].field[0].when.field", "'x' is no other field"),
        (
            TENANT,
            f"{TENANT}{REGION}\n  when = {{ field = 'region' }}",
            "18: method[0].field[1].when.field",
            "'region' is no other field",
        ),
        (TENANT, f'{TENANT}{REGION}\n  default = "xx"', "18: method[0].field[1].default", "is not among the choices"),
        (
            TENANT,
            f"{TENANT}\n  when = {{ field = 'region', values = ['xx'] }}{REGION}",
            "13: method[0].field[0].when.values",
            "'xx' is not among the choices of region",
        ),
        (
            TENANT,
            f'{TENANT}\n\n  [[method.field]]\n  name = "port"\n  label = "Port"\n  kind = "int"\n  min = 9\n  max = 1',
            "18: method[0].field[1].min",
            "is above max",
        ),
        ("{api_key}", "{apikey}", "21: method[0].auth.headers.Authorization", "names 'apikey', which is no field"),
        ("{api_key}", "{api_key", "21: method[0].auth.headers.Authorization", "a stray '{'; double it"),
        (WHOLE_PROBE, "", "5: method[0]", "lacks 'probe'; or say in 'unprobed' why"),
        (LABEL, f'{LABEL}\nunprobed = "no"', "8: method[0].unprobed", "says why there is no probe, but there is one"),
        (f"  {PROBE}\n", "", "23: method[0].probe", "lacks 'request': this scheme asks nobody by itself"),
        (PROBE, f'{PROBE}\n  expect = "user["', "25: method[0].probe.expect", "is not a JMESPath expression"),
        (
            PROBE,
            f'{PROBE}\n  expect = "{{tenant}}"',
            "25: method[0].probe.expect",
            "'tenant' is not a field of kind jme",
        ),
        (PROBE, f'{PROBE}\n  accept_status = "ok"', "25: method[0].probe.accept_status", "must be statuses such as"),
        (PROBE, f'{PROBE}\n  identity = "me"', "25: method[0].probe.identity", "names nothing: write {account_id}"),
        (
            PROBE,
            f'{PROBE}\n  identity = "{{api_key}}"',
            "25: method[0].probe.identity",
            "shows the secret field 'api_k",
        ),
        (PROBE, f'{PROBE}\n  identity = "{{user}}"', "25: method[0].probe.identity", "'user' is neither a field nor"),
        (
            PROBE,
            f'{PROBE}\n  rule = [{{ status = 600, verdict = "rejected" }}]',
            "25: method[0].probe.rule[0].status",
            "must be statuses such as 403, 2xx or 200,204",
        ),
        (
            PROBE,
            f'{PROBE}\n  rule = [{{ verdict = "rejected" }}]',
            "25: method[0].probe.rule[0]",
            "lacks a condition: status, headers, content or match",
        ),
        (LABEL, f'{LABEL}\nown_host = "tenant"', "8: method[0].own_host", "'tenant' is not a url field"),
        (LABEL, f'{LABEL}\nhosts = ["*"]', "8: method[0].hosts[0]", "'*' is not a host name"),
        (LABEL, f'{LABEL}\nhosts = ["a.test/x"]', "8: method[0].hosts[0]", "'a.test/x' is not a host name"),
    ],
)
def test_a_mistake_of_meaning_is_found_in_its_place(old: str, new: str, place: str, problem: str) -> None:
    found = problems_of(changed(old, new))
    assert [field for field, _ in found] == [f"acme.toml:{place}"]
    assert found[0][1].startswith(problem)


def test_two_methods_of_one_name_are_refused() -> None:
    second = SPEC.partition("[[method]]")[2]
    assert problems_of(f"{SPEC}\n[[method]]{second}") == [("acme.toml:27: method[1].name", "'api_key' is given twice")]


def test_a_method_without_fields_is_for_scheme_none() -> None:
    head = SPEC.partition("  [[method.field]]")[0]
    tail = '  [method.probe]\n  request = { url = "https://acme.test/me" }\n'
    assert problems_of(f'{head}  [method.auth]\n  scheme = "none"\n{tail}') == []
    found = problems_of(f'{head}  [method.auth]\n  scheme = "headers"\n  headers = {{ A = "b" }}\n{tail}')
    assert found == [("acme.toml:5: method[0]", "has no [[method.field]]")]


def test_a_url_may_not_lack_a_value() -> None:
    spec = changed(TENANT, f"{TENANT}\n  required = false")
    assert {problem for _, problem in problems_of(spec)} == {
        "'tenant' may be missing; a URL needs it required or with a default"
    }


def test_mistakes_of_meaning_are_reported_all_at_once() -> None:
    spec = changed(TENANT, 'default = "x"\n  env = "low"')
    spec = changed("{api_key}", "{nothing}", spec)
    assert len(problems_of(spec)) >= 3


@pytest.mark.parametrize(
    "auth",
    [
        'scheme = "none"',
        'scheme = "headers"\n  headers = { DD-API-KEY = "{api_key}", DD-APPLICATION-KEY = "{tenant}" }',
        'scheme = "query"\n  query = { api_token = "{api_key}" }',
        'scheme = "basic"\n  username = "{tenant}/token"\n  password = "{api_key}"',
        'scheme = "basic"\n  username = "{api_key}"',
        'scheme = "session_token"\n  token = "token"\n  apply = { headers = { X-Auth = "{token}" } }\n'
        '  request = { method = "POST", url = "https://acme.test/login", json = { key = "{api_key}" } }',
    ],
)
def test_the_language_expresses_every_scheme(auth: str) -> None:
    assert problems_of(changed(AUTH, f"  {auth}")) == []


def test_the_users_path_is_one_field() -> None:
    spec = changed('/me" }', '/me", path = "x{api_key}" }')
    assert [problem for _, problem in problems_of(spec)] == [
        "must be one field of kind path, such as {health_path}",
        "'api_key' must be of kind path",
    ]


def test_a_body_key_is_a_template_in_the_probe() -> None:
    spec = changed(AUTH, '  scheme = "none"')
    spec = changed('/me" }', '/me", method = "POST", json = { api_key = "{api_key}" } }', spec)
    assert problems_of(spec) == []


def test_fields_that_a_credential_names_go_nowhere_and_are_proved_by_nobody() -> None:
    method = 'name = "api_key"\nlabel = "API key"\n'
    spec = changed(f"[[method]]\n{method}", f"[[method]]\n{method}free_fields = true\n")
    assert [problem.partition(":")[0] for _, problem in problems_of(spec)] == [
        "is for the scheme 'none'",
        "needs 'unprobed'",
    ]


def test_a_session_alone_proves_nothing() -> None:
    """What was granted once is at hand without asking anybody, so a probe of it has to ask something."""
    scheme = """\
  scheme = "refresh_token"
  token_url = "https://login.acme.test/token"
  refresh_token = "{api_key}"
  client_id = "nexcred"
  client_secret = ""
"""
    asking = changed(f"{AUTH}\n", scheme)
    assert problems_of(asking) == []
    silent = changed(f"  {PROBE}\n", "", asking)
    assert [problem for _, problem in problems_of(silent)] == ["lacks 'request': this scheme asks nobody by itself"]
