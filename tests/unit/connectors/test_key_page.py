"""Where a key is managed: at its provider, whatever a record says."""

import pytest

from nexcred.connectors.key_page import page_for
from nexcred.connectors.lifecycle import pages_of
from nexcred.connectors.load.loader import load_connector
from nexcred.model.credential import Value
from nexcred.model.host_domain import domain_of
from nexcred.model.secret import Secret
from tests.unit.connectors.specs import changed, connector_of, problems_of

PAGE = 'docs_url = "https://docs.acme.test/"\npage = '
LABEL = 'label = "API key"'
BASE = '\n\n  [[method.field]]\n  name = "base_url"\n  label = "Base"\n  kind = "url"'
PATTERN = 'pattern = "[a-z0-9-]+"'


def with_page(page: str, spec: str | None = None) -> str:
    given = {} if spec is None else {"spec": spec}
    return changed('docs_url = "https://docs.acme.test/"', f'{PAGE}"{page}"', **given)


def page_of(connector: str, method: str, **fields: Value) -> str:
    found = load_connector(connector)
    chosen = found.method(method)
    assert chosen is not None
    return page_for(found, chosen, fields)


@pytest.mark.parametrize(
    ("connector", "method", "page"),
    [
        ("calendly", "oauth", "https://developer.calendly.com/"),
        ("digitalocean", "oauth2", "https://cloud.digitalocean.com/account/api/applications"),
        ("github", "device", "https://github.com/settings/developers"),
        ("klaviyo", "oauth2", "https://www.klaviyo.com/manage-apps"),
        ("linear", "oauth", "https://linear.app/settings/api"),
        ("miro", "oauth", "https://miro.com/app/settings/user-profile/apps"),
        ("typeform", "oauth", "https://admin.typeform.com/"),
    ],
)
def test_a_login_leads_to_where_its_app_is_made_and_not_to_a_page_of_tokens(
    connector: str, method: str, page: str
) -> None:
    assert page_of(connector, method) == page


@pytest.mark.parametrize(
    "page",
    [
        "https://acme.test/keys",
        "https://console.acme.test",
        "https://{tenant}.acme.test/settings/{tenant}",
    ],
)
def test_a_page_of_the_providers_own_is_right(page: str) -> None:
    assert problems_of(with_page(page)) == []


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("https://evil.test/keys", "must be at a host of the provider"),
        ("https://acme.test.evil.test/", "must be at a host of the provider"),
        ("https://evilacme.test/", "must be at a host of the provider"),
        ("https://acme.{tenant}/", "must be at a host of the provider"),
        ("https://acme.test:8443/", "must be at a host of the provider"),
        ("https://a@acme.test/", "is not a host name"),
        ("http://acme.test/", "must begin with https://"),
        ("javascript:alert(1)", "must begin with https://"),
        ("https://acme.test/?q={tenant}", "must begin with https://"),
        ("https://acme.test/{nothing}", "names 'nothing', which is no field"),
        ("https://acme.test/{api_key}", "shows a secret"),
        ("https://{api_key}.acme.test/", "the secret 'api_key' would stand in a host name"),
        ("{tenant}/keys", "begins a URL and must be of kind url"),
    ],
)
def test_a_page_that_is_not_the_providers_is_refused(page: str, problem: str) -> None:
    found = problems_of(with_page(page))
    assert [place for place, _ in found] == ["acme.toml:4: page"] * len(found)
    assert any(problem in told for _, told in found), found


def test_a_page_at_an_address_of_the_users_needs_declared_hosts() -> None:
    spec = changed(PATTERN, PATTERN + BASE)
    assert "'hosts' does not say" in problems_of(with_page("{base_url}/keys", spec))[0][1]
    told = changed('title = "Acme"', 'title = "Acme"\nhosts = ["*.acme.test"]', spec)
    assert problems_of(with_page("{base_url}/keys", told)) == []


def test_the_page_of_a_method_wins() -> None:
    spec = with_page("https://acme.test/keys")
    connector = connector_of(changed(LABEL, f'{LABEL}\npage = "https://acme.test/own"', spec))
    assert page_for(connector, connector.methods[0], {}) == "https://acme.test/own"


def test_a_new_key_and_the_end_of_an_old_one_may_have_pages_of_their_own() -> None:
    spec = with_page("https://acme.test/keys")
    plain = connector_of(spec)
    assert pages_of(plain, plain.methods[0]) == ("https://acme.test/keys", "https://acme.test/keys")
    own = (
        'rotate = { kind = "by_hand", page = "https://{tenant}.acme.test/new" }'
        '\nrevoke = { where = "there", page = "https://acme.test/old" }'
    )
    connector = connector_of(changed(LABEL, f"{LABEL}\n{own}", spec))
    method = connector.methods[0]
    made, ended = pages_of(connector, method)
    assert page_for(connector, method, {"tenant": "mine"}, made) == "https://mine.acme.test/new"
    assert page_for(connector, method, {"tenant": "evil.test/"}, made) == ""
    assert page_for(connector, method, {}, ended) == "https://acme.test/old"


@pytest.mark.parametrize(
    "tenant",
    ["evil.test/", "evil.test", "a@evil.test", "evil.test#", "evil.test\\", "evil%2etest", "a b", "", "ä", "a\nb", 7.5],
)
def test_a_value_that_would_lead_elsewhere_leads_nowhere(tenant: Value) -> None:
    connector = connector_of(with_page("https://{tenant}.acme.test/keys"))
    assert page_for(connector, connector.methods[0], {"tenant": tenant}) == ""


def test_a_value_in_the_path_stays_there() -> None:
    connector = connector_of(with_page("https://acme.test/of/{tenant}"))
    page = page_for(connector, connector.methods[0], {"tenant": "../x?y#z@evil.test"})
    assert page == "https://acme.test/of/..%2Fx%3Fy%23z%40evil.test"
    assert page_for(connector, connector.methods[0], {"tenant": ".."}) == ""


@pytest.mark.parametrize(
    "base_url",
    [
        "https://evil.test",
        "https://evil.test/.cloud.databricks.com",
        "https://evil.test#.cloud.databricks.com",
        "https://user@dbc-1.cloud.databricks.com",
        "https://dbc-1.cloud.databricks.com:8443",
        "https://dbc-1.cloud.databricks.com@evil.test",
        "https://dbc-1.cloud.databricks.com.evil.test",
        "http://dbc-1.cloud.databricks.com",
        "file:///etc/passwd",
        "javascript://dbc-1.cloud.databricks.com/%0aalert(1)",
        "https://[",
    ],
)
def test_an_address_that_others_chose_opens_at_the_provider_alone(base_url: str) -> None:
    assert page_of("databricks", "token", base_url=base_url) == ""
    assert page_of("salesforce", "client_credentials", base_url=base_url) == ""


@pytest.mark.parametrize(
    ("connector", "method", "fields", "page"),
    [
        ("aha", "api_key", {"account_domain": "mine"}, "https://mine.aha.io/settings/api_keys"),
        (
            "databricks",
            "token",
            {"base_url": "https://d-1.cloud.databricks.com/"},
            "https://d-1.cloud.databricks.com/set",
        ),
        ("salesforce", "client_credentials", {"my_domain": "mine"}, "https://mine.my.salesforce.com/lightning/setup/"),
        ("github", "token", {}, "https://github.com/settings/personal-access-tokens"),
        ("stripe", "api_key", {}, "https://dashboard.stripe.com/apikeys"),
        ("s3", "access_key", {"region": "eu-west-1"}, "https://console.aws.amazon.com/iam/"),
    ],
)
def test_pages_of_the_catalogue(connector: str, method: str, fields: dict[str, Value], page: str) -> None:
    assert page_of(connector, method, **fields).startswith(page)


@pytest.mark.parametrize(
    ("connector", "method", "fields"),
    [
        ("github", "token", {"base_url": "https://github.mine.example/api/v3"}),
        ("s3", "access_key", {"region": "us-east-1", "endpoint_url": "https://minio.mine.example"}),
        ("github", "token", {"base_url": "https://["}),
        ("aha", "api_key", {}),
        ("aha", "api_key", {"account_domain": Secret("mine")}),
        ("aventri", "api_key", {"account_id": "1", "region": "na"}),
        ("rest", "bearer", {"base_url": "https://api.example.com"}),
        ("secret", "fields", {}),
    ],
)
def test_no_page_is_better_than_a_wrong_one(connector: str, method: str, fields: dict[str, Value]) -> None:
    assert page_of(connector, method, **fields) == ""


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.acme.test", "acme.test"),
        ("Acme.Test", "acme.test"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("other.co.uk", "other.co.uk"),
        ("co.uk", "co.uk"),
        ("localhost", ""),
        ("", ""),
    ],
)
def test_the_domain_of_a_host(host: str, domain: str) -> None:
    assert domain_of(host) == domain
