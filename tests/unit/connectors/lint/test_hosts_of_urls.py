"""Where the URLs of a file lead: no value changes the host beyond what the file declares."""

import pytest

from tests.unit.connectors.specs import changed, problems_of

TENANT = 'pattern = "[a-z0-9-]+"'
PROBE = 'request = { url = "https://{tenant}.acme.test/me" }'
WHOLE_PROBE = f"\n  [method.probe]\n  {PROBE}\n"
BASE_URL = (
    '\n\n  [[method.field]]\n  name = "base_url"\n  label = "Base"\n  kind = "url"\n  advanced = true\n  default = '
)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://{tenant}.acme.test/me", "must begin with https://"),
        ("{tenant}/me", "'tenant' begins a URL and must be of kind url"),
        ("https://{tenant}.acme.test/me?x=1", "must begin with https://"),
        ("https://{tenant}.acme.test/me#x", "must begin with https://"),
        ("https://user@acme.test/me", "'user@acme.test' is not a host name"),
        ("https://{api_key}.acme.test/me", "the secret 'api_key' would stand in a host name"),
        ("https:///me", "must begin with https://"),
    ],
)
def test_a_url_leads_to_one_host_over_https(url: str, problem: str) -> None:
    found = problems_of(changed("https://{tenant}.acme.test/me", url))
    assert any(text.startswith(problem) for _, text in found), found


@pytest.mark.parametrize("pattern", [".*", "[a-z.]+", "[^/]+", "\\\\S+", "[a-z@:]+", "[a-z]*", "\\\\w+"])
def test_a_pattern_that_lets_another_host_through_is_refused(pattern: str) -> None:
    found = problems_of(changed(TENANT, f'pattern = "{pattern}"'))
    assert {problem for _, problem in found} == {"the pattern of 'tenant' lets through what could name another host"}


def test_a_field_in_a_host_name_needs_a_pattern_or_choices() -> None:
    found = problems_of(changed(TENANT, 'help = "x"'))
    assert {problem for _, problem in found} == {"'tenant' reaches a host name and needs a pattern or choices"}
    assert problems_of(changed(TENANT, 'choices = ["na", "eu"]')) == []
    found = problems_of(changed(TENANT, 'choices = ["na", "evil.test/"]'))
    assert {problem for _, problem in found} == {"a choice of 'tenant' cannot stand in a host name"}


def test_a_default_url_is_watched_like_any_other() -> None:
    spec = changed(TENANT, f'help = "x"{BASE_URL}"https://{{tenant}}.acme.test"')
    spec = changed("https://{tenant}.acme.test/me", "{base_url}/me", spec)
    assert {problem for _, problem in problems_of(spec)} == {
        "'tenant' reaches a host name and needs a pattern or choices"
    }
    spec = changed(TENANT, f'{TENANT}{BASE_URL}"https://{{api_key}}.acme.test"')
    assert ("acme.toml:19: method[0].field[1].default", "cannot be made of 'api_key'") in problems_of(spec)


def test_a_default_url_is_https() -> None:
    spec = changed(TENANT, f'{TENANT}{BASE_URL}"http://acme.test"')
    assert problems_of(spec) == [("acme.toml:19: method[0].field[1].default", "must begin with https://")]


def test_what_methods_share_is_watched_too() -> None:
    for url, problem in (
        ("https://user@acme.test/me", "'user@acme.test' is not a host name"),
        ("https://{api_key}.acme.test/me", "the secret 'api_key' would stand in a host name"),
    ):
        spec = changed(WHOLE_PROBE, "")
        spec = changed("[[method]]", f'[probe]\nrequest = {{ url = "{url}" }}\n\n[[method]]', spec)
        assert problem in {found for _, found in problems_of(spec)}


def test_a_host_may_have_a_port() -> None:
    assert problems_of(changed("https://{tenant}.acme.test/me", "https://{tenant}.acme.test:8443/me")) == []
