"""A consumer and its token by OAuth 1.0a, with a server that verifies each signature by a reading of its own."""

import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, unquote

import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.program import Ran
from tests.support.standins.exchange import Answer, Received, json_answer
from tests.support.standins.server import StandIn

SPEC = """
name = "ledger"
title = "Ledger"
docs_url = "https://docs.ledger.test/"

[[method]]
name = "token"
label = "Access token"

  [[method.field]]
  name = "account"
  label = "Account ID"
  pattern = "[0-9A-Z_]+"

  [[method.field]]
  name = "consumer_key"
  label = "Consumer key"

  [[method.field]]
  name = "consumer_secret"
  label = "Consumer secret"
  secret = true

  [[method.field]]
  name = "token_id"
  label = "Token ID"

  [[method.field]]
  name = "token_secret"
  label = "Token secret"
  secret = true

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://api.ledger.test"

  [method.auth]
  scheme = "oauth1"
  consumer_key = "{consumer_key}"
  consumer_secret = "{consumer_secret}"
  token = "{token_id}"
  token_secret = "{token_secret}"
  realm = "{account}"
  signature_method = "HMAC-SHA256"

  [method.probe]
  request = { url = "{base_url}/me", query = { fields = "name, id" } }
  expect = "account"
  identity = "{answer.account}"
"""
LATE_S = 300


class Ledger(StandIn):
    """Takes a signature once, and only while its time is near."""

    consumer_secret = "consumer-secret-EXAMPLE"
    token_secret = "token-secret/EXAMPLE+"
    off_s = 0.0

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    def answer(self, request: Received) -> Answer:
        said = dict(re.findall(r'([a-z_]+)="([^"]*)"', request.headers.get("authorization", "")))
        told = {name: unquote(value) for name, value in said.items()}
        date = (("Date", time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + self.off_s))),)
        if told.get("realm") != "1234567_SB1" or told.get("oauth_nonce", "") in self._seen:
            return json_answer({"message": "no such account, or asked before"}, 401, date)
        if abs(float(told["oauth_timestamp"]) - time.time() - self.off_s) > LATE_S:
            return json_answer({"message": "the timestamp is off"}, 401, date)
        self._seen.add(told["oauth_nonce"])
        if not hmac.compare_digest(told.pop("oauth_signature"), self._signature(request, told)):
            return json_answer({"message": "the signature is wrong"}, 401, date)
        return json_answer({"account": told["realm"], "form": request.form}, headers=date)

    def _signature(self, request: Received, told: dict[str, str]) -> str:
        pairs = [(name, value) for name, value in told.items() if name != "realm"]
        pairs += parse_qsl(request.target.partition("?")[2], keep_blank_values=True)
        pairs += request.form.items()
        encoded = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in pairs)
        listed = "&".join(f"{name}={value}" for name, value in encoded)
        address = f"http://{request.headers['host']}{request.target.partition('?')[0]}"
        text = "&".join(quote(part, safe="~") for part in (request.method, address, listed))
        key = "&".join(quote(one, safe="~") for one in (self.consumer_secret, self.token_secret))
        return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


@pytest.fixture
def ledger(opened: Opened) -> Iterator[Ledger]:
    put_connector(opened, "ledger", SPEC)
    with Ledger() as stand_in:
        yield stand_in


def add(opened: Opened, ledger: Ledger, token_secret: str = Ledger.token_secret) -> Ran:
    words = ["--set", "account=1234567_SB1", "--set", "consumer_key=ck", "--set", "token_id=tk"]
    words += ["--set", "consumer_secret=env:CONSUMER", "--set", "token_secret=env:TOKEN"]
    words += ["--set", f"base_url={ledger.url}", "--allow-host", ledger.host]
    secrets = {"CONSUMER": ledger.consumer_secret, "TOKEN": token_secret}
    return opened("add", "ledger", *words, environment=secrets)


def test_it_is_proved_and_used_and_no_secret_is_sent(opened: Opened, ledger: Ledger) -> None:
    added = add(opened, ledger)
    assert (added.code, added.out) == (0, "added ledger: accepted, 1234567_SB1\n"), added.err
    body = ("-H", "Content-Type: application/x-www-form-urlencoded", "--input", "form")
    (opened.home / "form").write_text("text=a+b+%26+%C3%A4%3D%2B~&empty=")
    ran = opened("request", "ledger", "/deep/er%2F?b=2+1&a=%E2%82%AC&a=", "-X", "POST", *body)
    assert (ran.code, json.loads(ran.out)["form"]) == (0, {"text": "a b & ä=+~", "empty": ""}), ran.err
    assert not any(request.holds("EXAMPLE") for request in ledger.received)


def test_a_wrong_secret_is_rejected(opened: Opened, ledger: Ledger) -> None:
    refused = add(opened, ledger, "wrong-EXAMPLE")
    assert (refused.code, opened.names) == (4, [])


def test_a_wrong_clock_is_blamed_instead(opened: Opened, ledger: Ledger) -> None:
    ledger.off_s = 900
    added = add(opened, ledger)
    assert added.code == 0
    assert "saved, not verified" in added.err
    assert "this computer's clock is 15 minutes behind the provider's" in added.err
