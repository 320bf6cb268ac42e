"""The hosts of a credential come from its spec, and from the user only where the spec says so."""

import pytest

from nexcred.connectors.hosts import hosts_of
from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Value
from nexcred.model.secret import Secret
from tests.unit.connectors.specs import changed, connector_of


def hosts(name: str, fields: dict[str, Value]) -> tuple[str, ...]:
    return hosts_of(load_connector(name).methods[0], fields)


def test_the_default_of_base_url_names_the_host() -> None:
    assert hosts("aventri", {"account_id": "1", "region": "emea"}) == ("api-emea.eventscloud.com",)
    assert hosts("aventri", {"account_id": "1"}) == ("api-na.eventscloud.com",)
    assert hosts("resci", {}) == ("data.retentionscience.com",)
    assert hosts("aha", {"account_domain": "MyCompany"}) == ("mycompany.aha.io",)
    assert hosts("amperity", {"tenant_id": "acme"}) == ("acme.amperity.com", "*.amperity.com")


def test_a_given_base_url_adds_no_host() -> None:
    assert hosts("resci", {"base_url": "https://evil.test/v3"}) == ("data.retentionscience.com",)
    assert "evil.test" not in hosts("amperity", {"tenant_id": "acme", "base_url": "https://evil.test"})


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://API.example.com/v1", "api.example.com"),
        ("https://api.example.com:8443", "api.example.com:8443"),
        ("https://[::1]:8443", "[::1]:8443"),
    ],
)
def test_the_user_of_rest_names_the_host_himself(url: str, host: str) -> None:
    assert hosts("rest", {"base_url": url}) == (host,)


@pytest.mark.parametrize("domain", ["evil.test/", "a@b", "", "a.b", "ä"])
def test_a_value_that_can_be_no_host_name_names_no_host(domain: str) -> None:
    assert hosts("aha", {"account_domain": domain}) == ()


def test_a_secret_names_no_host() -> None:
    assert hosts("aha", {"account_domain": Secret("mycompany")}) == ()


def test_urls_of_requests_name_their_hosts() -> None:
    connector = connector_of(changed('label = "API key"', 'label = "API key"\nhosts = ["*.cdn.test"]'))
    assert hosts_of(connector.methods[0], {"tenant": "x"}) == ("x.acme.test", "*.cdn.test")


def test_the_defaults_for_certain_values_name_their_hosts_too() -> None:
    field = '\n  [[method.field]]\n  name = "{}"\n  label = "{}"\n  '
    region = field.format("region", "Region") + 'choices = ["us", "eu"]\n'
    base_url = field.format("base_url", "Base URL") + (
        'kind = "url"\n  default = "https://{tenant}.acme.test"\n  default_by = "region"\n'
        '  defaults = { eu = "https://{tenant}.acme.example/v1" }\n'
    )
    connector = connector_of(changed("\n  [method.auth]", f"{region}{base_url}\n  [method.auth]"))
    assert hosts_of(connector.methods[0], {"tenant": "x"}) == ("x.acme.test", "x.acme.example")
