"""What an answer says of fields is taken as if somebody had typed it, and leads nowhere that the file does not name."""

import pytest

from nexcred.auth.flow import Refused
from nexcred.connectors.found_values import lacks_found, with_found
from nexcred.connectors.language.spec import Method
from nexcred.connectors.lint.decode import decode_connector
from nexcred.model.credential import Details, Value
from nexcred.services.values.hosts import policy_for
from tests.support.oauth_connector import connector_text

FIELDS = """
  [[method.field]]
  name = "api_url"
  label = "API URL"
  kind = "url"
  advanced = true
  required = false

  [[method.field]]
  name = "shop"
  label = "Shop"
  pattern = "[a-z0-9-]+"
  expects = "lower-case letters, digits and hyphens"
  subdomain_of = "acme.test"

  [[method.field]]
  name = "region"
  label = "Region"
  choices = ["eu", "us"]
  advanced = true
  required = false
"""
KEYS = 'from_answer = { api_url = "a", region = "r" }\n  from_callback = { shop = "shop" }'
GOOD = {"api_url": "https://api.acme.test", "region": "eu", "shop": "mine"}
EVIL = [
    "https://evil.test",
    "HTTPS://EVIL.TEST",
    "https://api.acme.test.evil.test",
    "https://evil.test/.acme.test",
    "https://api.acme.test@evil.test",
    "https://evil.test@api.acme.test",
    "https://api.acme.test\\@evil.test",
    "https://api.acme.test:8443",
    "https://api.acme.test:0",
    "https://api.acme.test/..//evil",
    "https://api.acme.test/%2e%2e/x",
    "https://api.acme.test//evil.test",
    "https://api.acme.test?next=https://evil.test",
    "https://api.acme.test#evil",
    "https://\u0430pi.acme.test",
    "https://xn--pi-7kc.evil.test",
    "http://api.acme.test",
    "https://127.0.0.1",
    "https://[::1]",
    "//evil.test",
    "javascript:alert(1)",
    "https://api.acme.test\nevil",
    "api.acme.test",
]


def method() -> Method:
    return decode_connector(connector_text(KEYS, fields=FIELDS).encode(), "acme.toml").methods[0]


def found(told: dict[str, str], allowed: tuple[str, ...] = (), **given: str) -> dict[str, Value]:
    """Take what a provider told, for a credential with the shop `mine` and what else was given."""
    fields: dict[str, Value] = {"client_id": "c", "shop": "mine", **given}
    details = Details("acme", "", "oauth2", allowed, fields)
    return with_found(method(), fields, told, policy_for(method(), details).check)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.acme.test",
        "https://api.acme.test/",
        "https://api.acme.test/v1/of/42",
        "https://API.Acme.TEST/v1",
        "https://a.b.acme.test:443",
    ],
)
def test_an_address_below_the_declared_hosts_is_taken(url: str) -> None:
    assert found({**GOOD, "api_url": url})["api_url"] == url


@pytest.mark.parametrize("url", EVIL)
def test_no_other_address_is_taken_whoever_tells_it(url: str) -> None:
    with pytest.raises(Refused) as refused:
        found({**GOOD, "api_url": url})
    detail = refused.value.verdict.detail
    assert detail.startswith("the provider told api_url '")
    assert "allow-host" not in detail


def test_what_the_user_allowed_is_no_stranger() -> None:
    assert found({**GOOD, "api_url": "http://127.0.0.1:8080"}, ("127.0.0.1:8080",))["api_url"]
    with pytest.raises(Refused, match="inconclusive"):
        found({**GOOD, "api_url": "http://127.0.0.1:8081"}, ("127.0.0.1:8080",))


@pytest.mark.parametrize("shop", ["mine", "mine\n", "mine.acme.test", "https://mine.acme.test/admin"])
def test_the_same_in_other_words_is_the_same(shop: str) -> None:
    assert found({**GOOD, "shop": shop})["shop"] == "mine"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"shop": "other"}, "shop 'other', which is another than 'mine', for which this credential is"),
        ({"shop": "mine.evil.test"}, "shop 'mine.evil.test', which must be lower-case letters"),
        ({"region": "EU"}, "region 'EU', which must be one of: eu, us"),
        ({"region": "eu/../us"}, "region 'eu/../us', which must be one of: eu, us"),
        ({"api_url": "x" * 5000}, "api_url 'xxxxx"),
    ],
)
def test_a_value_that_does_not_fit_is_told(told: dict[str, str], said: str) -> None:
    with pytest.raises(Refused) as refused:
        found({**GOOD, **told})
    assert refused.value.verdict.detail.startswith(f"the provider told {said}")
    assert len(refused.value.verdict.detail) < 300


def test_what_is_missing_is_told_unless_it_was_given() -> None:
    with pytest.raises(Refused) as refused:
        found({"region": "eu", "shop": "mine"})
    assert refused.value.verdict.detail == "the provider did not tell api_url"
    assert found({"region": "eu"}, api_url="https://api.acme.test")["api_url"] == "https://api.acme.test"
    assert lacks_found(method(), {"shop": "mine"})
    assert not lacks_found(method(), GOOD)
