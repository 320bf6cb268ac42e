"""Values that a login finds out: in the redirect, in the token's answer, and by asking with the new login."""

import json
from collections.abc import Iterator

import pytest

from tests.support.oauth_connector import add_acme, log_in, own_redirect, put_acme
from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.program import Ran
from tests.support.standins.oauth_server import OauthServer, Rules
from tests.support.standins.storage import CONNECTOR, Storage

REALM = """
  [[method.field]]
  name = "realm_id"
  label = "Company ID"
  advanced = true
  required = false
  pattern = "[0-9]{1,20}"
  expects = "a number"
  env = "ACME_REALM"
"""
API_URL = """
  [[method.field]]
  name = "api_url"
  label = "API URL"
  kind = "url"
  advanced = true
  required = false
"""
SHOP = """
  [[method.field]]
  name = "shop"
  label = "Shop"
  pattern = "[a-z0-9-]+"
  subdomain_of = "myshop.test"
"""
EVIL = ["https://evil.test", "https://api.acme.test@evil.test", "https://api.acme.test:8443"]


def test_a_value_of_the_redirect_is_kept_with_the_login(opened: Opened) -> None:
    """QuickBooks tells the company by realmId, and wants it in every path."""
    rules = Rules(brings={"realmId": "4620816365"}, redirect_uri=own_redirect())
    with OauthServer(rules) as server:
        probed = "{base_url}/v3/company/{realm_id}"
        put_acme(opened, 'from_callback = { realm_id = "realmId" }', fields=REALM, probed=probed)
        assert "Company ID  (told by the provider, advanced" in opened("connectors", "show", "acme").out
        assert add_acme(opened, server).code == 0
        assert opened("get", "acme/realm_id").code == 3
        ran = log_in(opened)
        assert (ran.code, ran.out) == (0, "logged in acme: accepted, ada@example.com\n"), (ran.err, server.refusals)
        assert server.received[-1].path == "/v3/company/4620816365"
        assert opened("get", "acme/realm_id").out == "4620816365"
        assert opened("run", "-c", "acme", "--", "printenv", "ACME_REALM").out == "4620816365\n"
        server.access_tokens.clear()
        assert opened("probe", "acme").code == 0
        assert server.received[-1].path == "/v3/company/4620816365"
        assert opened("update", "acme", "--set", "scope=read").code == 0
        assert opened("get", "acme/realm_id").code == 3


def test_the_base_url_of_the_token_answer_is_where_requests_go(opened: Opened) -> None:
    """Pipedrive, Zoho and Salesforce tell the address of their API beside the token."""
    rules = Rules(tells={"api_domain": "{url}/of/this/company"}, redirect_uri=own_redirect())
    with OauthServer(rules) as server:
        fields = API_URL.replace('"api_url"', '"instance"')
        keys = 'from_answer = { instance = "api_domain" }'
        put_acme(opened, keys, fields=fields, probed="{instance}/me")
        assert add_acme(opened, server).code == 0
        ran = log_in(opened)
        assert (ran.code, ran.out) == (0, "logged in acme: accepted, ada@example.com\n"), (ran.err, server.refusals)
        assert server.received[-1].path == "/of/this/company/me"
        assert opened("get", "acme/instance").out == f"{server.url}/of/this/company"


def test_what_only_the_api_knows_is_asked_for_once(opened: Opened) -> None:
    """DocuSign tells base_uri at /oauth/userinfo, Xero the tenants, Atlassian the sites."""
    rules = Rules(redirect_uri=own_redirect())
    keys = """
  [method.auth.look_up]
  request = { url = "{oauth_url}/userinfo" }
  set = { api_url = "join('', [url, '/base'])" }
"""
    with OauthServer(rules) as server:
        put_acme(opened, keys, fields=API_URL, probed="{api_url}/me")
        assert add_acme(opened, server).code == 0
        ran = log_in(opened)
        assert (ran.code, ran.out) == (0, "logged in acme: accepted, ada@example.com\n"), (ran.err, server.refusals)
        assert opened("probe", "acme").code == 0
        sent = json.loads(opened("request", "acme", f"{server.url}/x").out)
        paths = [request.path for request in server.received]
    assert sent["path"] == "/x"
    assert paths.count("/oauth/userinfo") == 1
    assert paths[-3:] == ["/base/me", "/base/me", "/x"]


def test_another_shop_than_was_given_is_refused(opened: Opened) -> None:
    rules = Rules(brings={"shop": "other.myshop.test"}, redirect_uri=own_redirect())
    with OauthServer(rules) as server:
        put_acme(opened, 'from_callback = { shop = "shop" }', fields=SHOP)
        assert add_acme(opened, server, "--set", "shop=mine").code == 0
        ran = log_in(opened)
        assert ran.code == 5
        said = "the provider told shop 'other', which is another than 'mine', for which this credential is"
        assert f"not logged in: {said}" in ran.err
        assert opened("update", "acme", "--set", "shop=other").code == 0
        assert log_in(opened).code == 0


@pytest.mark.parametrize(
    ("brings", "said"),
    [
        ({}, "the provider did not tell realm_id"),
        ({"realmId": "1/../../x"}, "which must be a number"),
        ({"realmId": "1\r\nX-Evil: 1"}, "which must be a number"),
    ],
)
def test_what_is_missing_or_does_not_fit_ends_the_login(opened: Opened, brings: dict[str, str], said: str) -> None:
    with OauthServer(Rules(brings=brings, redirect_uri=own_redirect())) as server:
        put_acme(opened, 'from_callback = { realm_id = "realmId" }', fields=REALM)
        assert add_acme(opened, server).code == 0
        ran = log_in(opened)
        assert (ran.code, opened("token", "acme").code) == (5, 5)
        assert "/me" not in {request.path for request in server.received}
    assert said in ran.err


def test_no_answer_leads_the_credential_elsewhere(opened: Opened) -> None:
    with OauthServer(Rules(redirect_uri=own_redirect())) as server:
        put_acme(opened, 'from_answer = { api_url = "api_domain" }', fields=API_URL, probed="{api_url}/me")
        assert add_acme(opened, server).code == 0
        for url in EVIL:
            server.rules.tells["api_domain"] = url
            ran = log_in(opened)
            assert (ran.code, "the provider told api_url" in ran.err, "allow-host" in ran.err) == (5, True, False), url
        server.rules.tells["api_domain"] = f"https://{server.rules.client_secret}.test"
        ran = log_in(opened)
        assert (ran.code, "the provider told api_url" in ran.err, server.rules.client_secret in ran.err) == (
            5,
            True,
            False,
        )
        assert opened("token", "acme").code == 5
        assert {request.path for request in server.received} == {"/oauth/authorize", "/oauth/token"}


@pytest.fixture
def storage(opened: Opened) -> Iterator[Storage]:
    put_connector(opened, "storage", CONNECTOR)
    with Storage() as stand_in:
        yield stand_in


def add_storage(opened: Opened, storage: Storage, *more: str, key: str = Storage.key) -> Ran:
    settings = ["--set", f"key_id={storage.key_id}", "--set", "key=env:HELD", "--set", f"login_url={storage.url}"]
    return opened("add", "storage", *settings, "--allow-host", storage.host, *more, environment={"HELD": key})


LIST = ("request", "storage", "/b2_list_buckets", "-f", f"accountId={Storage.account_id}")


def test_a_key_is_exchanged_by_basic_for_a_token_and_its_address(opened: Opened, storage: Storage) -> None:
    added = add_storage(opened, storage)
    assert (added.code, added.out) == (0, "added storage: accepted, account 4a48fe8875c6\n"), added.err
    ran = opened(*LIST)
    assert (ran.code, json.loads(ran.out or "{}")) == (0, {"buckets": [{"bucketName": "one"}]}), ran.err
    assert opened("get", "storage/api_url").out == f"{storage.url}/api001"
    logins = sum(request.path.endswith("b2_authorize_account") for request in storage.received)
    assert (opened(*LIST).code, len(storage.received)) == (0, logins + 3)
    # The account moves: the next token comes with another address.
    storage.tokens.clear()
    storage.cluster = "api002"
    assert opened("probe", "storage").code == 0
    assert opened(*LIST).code == 0
    assert opened("get", "storage/api_url").out == f"{storage.url}/api002"


def test_the_first_request_of_an_unproved_key_finds_its_address(opened: Opened, storage: Storage) -> None:
    assert add_storage(opened, storage, "--no-probe").code == 0
    ran = opened(*LIST)
    assert (ran.code, json.loads(ran.out or "{}")) == (0, {"buckets": [{"bucketName": "one"}]}), ran.err


def test_a_wrong_key_is_rejected_at_the_exchange(opened: Opened, storage: Storage) -> None:
    assert add_storage(opened, storage, key="wrong-EXAMPLE").code == 4


@pytest.mark.parametrize("url", EVIL)
def test_no_token_is_sent_to_where_its_own_answer_leads(opened: Opened, storage: Storage, url: str) -> None:
    storage.tells = url
    added = add_storage(opened, storage)
    assert (added.code, "saved, not verified" in added.err) == (0, True)
    assert "the provider told api_url" in added.err
    assert opened("get", "storage/api_url").code == 3
    ran = opened(*LIST)
    assert (ran.code, "the provider told api_url" in ran.err, "--allow-host" in ran.err) == (5, True, False)
    assert opened("probe", "storage").code == 5
    assert {request.path for request in storage.received} == {"/b2api/v3/b2_authorize_account"}
    assert opened("get", "storage/api_url").code == 3
    assert url not in opened("run", "-c", "storage", "--", "env").out


def test_an_address_that_was_right_is_not_replaced_by_one_that_is_not(opened: Opened, storage: Storage) -> None:
    assert add_storage(opened, storage).code == 0
    assert opened(*LIST).code == 0
    storage.tokens.clear()
    storage.tells = "https://evil.test"
    ran = opened(*LIST)
    assert (ran.code, "the provider told api_url" in ran.err, "--allow-host" in ran.err) == (5, True, False)
    assert opened("get", "storage/api_url").out == f"{storage.url}/api001"


def test_what_a_provider_tells_wrongly_is_not_quoted_with_a_secret_in_it(opened: Opened, storage: Storage) -> None:
    assert add_storage(opened, storage, "--no-probe").code == 0
    storage.tells = f"https://{storage.key.lower()}.test"
    ran = opened(*LIST)
    assert (ran.code, "the provider told api_url" in ran.err, storage.key.lower() in ran.err) == (5, True, False)


@pytest.mark.parametrize("is_used", [True, False], ids=["after a request", "without one"])
def test_a_call_about_the_key_goes_to_the_address_that_was_found(
    opened: Opened, storage: Storage, is_used: bool
) -> None:
    assert add_storage(opened, storage).code == 0
    assert not is_used or opened(*LIST).code == 0
    revoked = opened("revoke", "storage", "--yes")
    assert (revoked.code, storage.is_deleted) == (0, True), revoked.err
    assert revoked.out == "revoked storage: the key of 'storage' is refused, and dead\n"
