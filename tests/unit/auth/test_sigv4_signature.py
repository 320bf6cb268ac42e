"""Signature Version 4 against the vectors that AWS publishes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nexcred.auth.flow import Request
from nexcred.auth.sigv4_signature import Keys, Scope, sign

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "sigv4.json").read_text())
NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
KEYS = Keys("AKIDEXAMPLE", "secret-EXAMPLE")


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_request_is_signed_as_aws_signs_it(vector: dict[str, Any]) -> None:
    keys = Keys(vector["access_key_id"], vector["secret_key"], vector.get("session_token", ""))
    query = tuple((name, value) for name, value in vector.get("query", []))
    body = vector["body"].encode() if "body" in vector else None
    request = Request(vector["method"], vector["url"], vector.get("headers", {}), query, body)
    now = datetime.fromisoformat(vector["now"])
    signed = sign(request, keys, Scope("us-east-1", vector["service"]), now)
    assert signed.headers["Authorization"].rpartition("SignedHeaders=")[2] == vector["signed"]


def test_what_is_sent_is_what_was_signed() -> None:
    signed = sign(Request("GET", "https://example.com/a b/%C3%A4/x%2By"), KEYS, Scope("eu-west-1", "s3"), NOW)
    assert signed.url == "https://example.com/a%20b/%C3%A4/x%2By"
    assert signed.headers["X-Amz-Date"] == "20150830T123600Z"
    again = sign(signed, KEYS, Scope("eu-west-1", "s3"), NOW)
    assert again == signed


def test_a_query_is_signed_byte_for_byte() -> None:
    written = Request("GET", "https://example.com/b?prefix=%E9+a&acl", query=(("list-type", "2"),))
    signed = sign(written, KEYS, Scope("eu-west-1", "s3"), NOW)
    assert (signed.url, signed.query) == ("https://example.com/b?prefix=%E9%20a&acl&list-type=2", ())
    assert sign(signed, KEYS, Scope("eu-west-1", "s3"), NOW) == signed


def test_a_port_of_its_own_belongs_to_the_host() -> None:
    urls = ("https://example.com/", "https://example.com:443/", "https://example.com:8443/")
    signed = [sign(Request("GET", url), KEYS, Scope("eu-west-1", "s3"), NOW).headers for url in urls]
    assert signed[0]["Authorization"] == signed[1]["Authorization"] != signed[2]["Authorization"]


def test_keys_do_not_print() -> None:
    assert "EXAMPLE" not in repr(KEYS)


def test_several_lines_of_a_header_are_sent_and_signed_as_one() -> None:
    twice = Request("GET", "https://example.com/", {"X-A": "a"}, repeated=(("x-a", "b"),))
    once = Request("GET", "https://example.com/", {"X-A": "a,b"})
    assert sign(twice, KEYS, Scope("eu-west-1", "s3"), NOW) == sign(once, KEYS, Scope("eu-west-1", "s3"), NOW)
