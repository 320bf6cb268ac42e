"""An account of Azure Storage by its key, with a server that verifies each signature by a reading of its own."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.opened import Opened
from tests.support.own_connector import put_connector
from tests.support.program import Ran
from tests.support.standins.exchange import Answer, Received
from tests.support.standins.server import StandIn

SPEC = """
name = "blobs"
title = "Blobs"
docs_url = "https://docs.blobs.test/"
hosts = ["*.blob.blobs.test"]

[[method]]
name = "account_key"
label = "Account key"

  [[method.field]]
  name = "account"
  label = "Storage account"
  pattern = "[a-z0-9]{3,24}"

  [[method.field]]
  name = "account_key"
  label = "Key"
  kind = "base64"
  secret = true

  [[method.field]]
  name = "base_url"
  label = "Base URL"
  kind = "url"
  advanced = true
  required = false
  default = "https://{account}.blob.blobs.test"

  [method.auth]
  scheme = "azure_shared_key"
  account = "{account}"
  account_key = "{account_key}"

  [method.probe]
  request = { url = "{base_url}/", query = { comp = "list", maxresults = "1" } }
  content = "xml"
  expect = "EnumerationResults"
  message = "Error.Message"

    [[method.probe.rule]]
    status = 403
    match = "Error.Code == 'AuthenticationFailed'"
    verdict = "rejected"
"""
LISTED = (
    *("content-encoding", "content-language", "content-length", "content-md5", "content-type", "date"),
    *("if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"),
)


class Blobs(StandIn):
    account = "ledger"
    key = b"the-key-of-the-account-EXAMPLE-the-key-of-the-account-EXAMPLE-00"

    @property
    def account_key(self) -> str:
        return base64.b64encode(self.key).decode()

    def answer(self, request: Received) -> Answer:
        account, _, signature = request.headers.get("authorization", "").removeprefix("SharedKey ").partition(":")
        digest = hmac.new(self.key, self._text(request).encode(), hashlib.sha256).digest()
        if account != self.account or base64.b64encode(digest).decode() != signature:
            return _xml(403, "<Error><Code>AuthenticationFailed</Code><Message>Server failed.</Message></Error>")
        return _xml(200, f"<EnumerationResults><Size>{len(request.body)}</Size></EnumerationResults>")

    def _text(self, request: Received) -> str:
        headers = {**request.headers, "content-length": request.headers.get("content-length", "").lstrip("0")}
        lines = [request.method, *(headers.get(name, "") for name in LISTED)]
        lines += sorted(f"{name}:{value}" for name, value in headers.items() if name.startswith("x-ms-"))
        address = urlsplit(request.target)
        asked = parse_qs(address.query, keep_blank_values=True)
        return "\n".join(
            [*lines, f"/{self.account}{address.path}", *(f"{name}:{','.join(asked[name])}" for name in sorted(asked))]
        )


def _xml(status: int, text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()
    return Answer(status, body, (("Content-Type", "application/xml"),))


@pytest.fixture
def blobs(opened: Opened) -> Iterator[Blobs]:
    put_connector(opened, "blobs", SPEC)
    with Blobs() as stand_in:
        yield stand_in


def add(opened: Opened, blobs: Blobs, key: str) -> Ran:
    words = ("--set", "account=ledger", "--set", "account_key=env:KEY")
    to = ("--set", f"base_url={blobs.url}", "--allow-host", blobs.host)
    return opened("add", "blobs", *words, *to, environment={"KEY": key})


def test_it_is_proved_and_used_and_the_key_is_never_sent(opened: Opened, blobs: Blobs) -> None:
    added = add(opened, blobs, blobs.account_key)
    assert (added.code, added.out) == (0, "added blobs: accepted\n"), added.err
    (opened.home / "blob").write_bytes(b"12345")
    put = ("request", "blobs", "/c/a%20b?comp=block&blockid=QQ%3D%3D", "-X", "PUT", "--input", "blob")
    ran = opened(*put, "-H", "x-ms-blob-type: BlockBlob", "-H", "Content-Type: text/plain")
    assert (ran.code, "<Size>5</Size>" in ran.out) == (0, True), ran.err
    assert opened("request", "blobs", "/c/x?delimiter=%2F&include=a&include=b", "-X", "DELETE").code == 0
    assert not any(request.holds(blobs.account_key) for request in blobs.received)


def test_another_key_is_rejected(opened: Opened, blobs: Blobs) -> None:
    refused = add(opened, blobs, base64.b64encode(b"another-EXAMPLE").decode())
    assert (refused.code, opened.names) == (4, [])


def test_what_is_no_key_is_told_at_once(opened: Opened, blobs: Blobs) -> None:
    refused = add(opened, blobs, "no key: EXAMPLE")
    assert (refused.code, "EXAMPLE" in refused.err, blobs.received) == (2, False, []), refused.err
