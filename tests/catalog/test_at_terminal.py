"""Thirty connectors of every kind are added by a person at a terminal, at the providers' own host names."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyte
import pytest

from tests.catalog.conversing import fields_of, secrets_of
from tests.catalog.provider import Provider
from tests.catalog.table import Conversation, conversations
from tests.catalog.typing import typed_for
from tests.support.opened import Opened
from tests.support.standins.internet import Internet
from tests.support.terminal import lines_of, play

# Where the key goes, and what else is asked.
THIRTY = {
    "header": (
        "activecampaign-api_key",
        "anthropic-admin_key",
        "algolia-api_key",
        "monday-api_token",
        "okta-api_token",
    ),
    "basic": ("aircall-api_key", "twilio-api_key", "wandb-api_key", "chargebee-api_key"),
    "digest": ("mongodb-atlas-api_key",),
    "body": ("mandrill-api_key", "plaid-item"),
    "query": ("openweather-api_key",),
    "path": ("telegram-bot_token", "discord-webhook"),
    "session_token": ("dockerhub-access_token", "looker-api_key", "tableau-personal_access_token"),
    "client_credentials": ("airbyte-cloud-client_credentials", "auth0-client_credentials", "zoom-server_to_server"),
    "refresh_token": ("amazon-seller-partner-refresh_token", "zoho-desk-refresh_token"),
    "region": ("adyen-api_key", "sendgrid-api_key", "mailgun-api_key"),
    "subdomain": ("zendesk-api_token", "shopify-access_token", "azure-openai-api_key"),
    "GraphQL": ("linear-api_key", "braintree-api_keys"),
}
KNOWN = {repr(one): one for one in conversations()}
ADDED = [KNOWN[name] for names in THIRTY.values() for name in names]


@pytest.fixture(scope="module")
def internet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Internet]:
    with Internet(tmp_path_factory.mktemp("internet")) as started:
        yield started


@pytest.mark.parametrize("one", ADDED, ids=repr)
def test_it_is_added_by_answering(one: Conversation, internet: Internet, opened: Opened) -> None:
    hosts = list(dict.fromkeys(urlsplit(wanted.url).netloc for wanted in one.requests))
    provider = internet.host_at(hosts[0], lambda tls: Provider(one, tls=tls), *hosts[1:])
    environment = opened.environment | internet.environment | {"TERM": "xterm"}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(200, 100)
    command = opened.command("add", one.connector)
    ended = play(command, list(typed_for(one)), screen, environment=environment, folder=opened.home)
    shown = "\n".join(lines_of(screen))
    good = one.of_kind("good")
    assert good is not None
    assert ended.code == 0, shown
    assert provider.strange == [], shown
    assert "  1. " in shown
    proved = f"accepted{{}}{good.identity}" if good.identity else "accepted"
    assert f"  {proved.format(': ')}\n" in shown
    assert lines_of(screen)[-1] == f"added {one.connector}: {proved.format(', ')}"
    for secret in secrets_of(fields_of(one)):
        assert secret not in ended.seen.decode()
    assert json.loads(opened("show", one.connector, "--json").out)["method"] == one.method
