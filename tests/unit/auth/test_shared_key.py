"""Shared Key of Azure Storage, against the examples of its documentation."""

import hmac
from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from nexcred.auth.flow import Request
from nexcred.auth.request import with_grant
from nexcred.auth.shared_key import SharedKey
from nexcred.auth.shared_key_signature import sign, string_to_sign
from nexcred.model.template import TemplateError
from tests.unit.auth.drive import run

NOW = datetime(2015, 6, 26, 23, 39, 12, tzinfo=UTC)
DATED = {"x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT", "x-ms-version": "2015-02-21"}
CONTAINER = "https://myaccount.blob.core.windows.net/mycontainer"
KEY = b"key-EXAMPLE"
SCHEME = SharedKey(account="{account}", account_key="{account_key}", version="2015-02-21")


def test_what_is_signed_is_the_text_of_the_documentation() -> None:
    asked = Request("GET", f"{CONTAINER}?restype=container&comp=metadata&timeout=20", DATED)
    assert string_to_sign(asked, "myaccount") == (
        "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n"
        "/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20"
    )


def test_several_values_of_one_name_are_sorted() -> None:
    query = "restype=container&Comp=list&include=snapshots&include=metadata&include=uncommittedblobs"
    text = string_to_sign(Request("GET", f"{CONTAINER}?{query}", DATED), "myaccount")
    assert text.endswith(
        "\n/myaccount/mycontainer\ncomp:list\ninclude:metadata,snapshots,uncommittedblobs\nrestype:container"
    )


def test_a_body_and_its_headers_are_bound_in() -> None:
    headers = {**DATED, "Content-Type": "text/plain", "X-Ms-Meta-B": " a \t b ", "Range": "bytes=0-1", "If-Match": "*"}
    text = string_to_sign(Request("PUT", f"{CONTAINER}/a%20b", headers, (), b"hello"), "myaccount")
    assert text.split("\n") == [
        *("PUT", "", "", "5", "", "text/plain", "", "", "*", "", "", "bytes=0-1"),
        *("x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT", "x-ms-meta-b:a b", "x-ms-version:2015-02-21"),
        "/myaccount/mycontainer/a%20b",
    ]


def test_what_is_sent_is_what_was_signed() -> None:
    asked = Request("GET", f"{CONTAINER}/a b?prefix=x+y&acl", {"X-MS-Version": "2024-11-04"}, (("q", "ä"),))
    signed = sign(asked, "myaccount", KEY, "2015-02-21", NOW)
    assert signed.url == f"{CONTAINER}/a%20b?prefix=x%20y&acl&q=%C3%A4"
    assert (signed.headers["x-ms-version"], signed.headers["x-ms-date"]) == ("2024-11-04", DATED["x-ms-date"])
    text = string_to_sign(signed, "myaccount")
    assert text.endswith("/myaccount/mycontainer/a%20b\nacl:\nprefix:x y\nq:ä")
    signature = b64encode(hmac.new(KEY, text.encode(), sha256).digest()).decode()
    assert signed.headers["Authorization"] == f"SharedKey myaccount:{signature}"
    assert sign(signed, "myaccount", KEY, "2015-02-21", NOW) == signed


def test_several_lines_of_a_header_are_sent_and_signed_as_one() -> None:
    twice = Request("GET", CONTAINER, {"x-ms-a": "a"}, repeated=(("X-MS-A", "b"),))
    once = Request("GET", CONTAINER, {"x-ms-a": "a,b"})
    assert sign(twice, "a", KEY, "2015-02-21", NOW) == sign(once, "a", KEY, "2015-02-21", NOW)


def test_the_key_of_an_account_is_base64() -> None:
    values = {"account": "myaccount", "account_key": b64encode(KEY).decode()}
    requests, grant = run(SCHEME.flow(values, NOW))
    assert (requests, grant.scheme, grant.signed_at) == ([], "SharedKey", NOW)
    asked = Request("GET", CONTAINER)
    assert with_grant(asked, grant) == sign(asked, "myaccount", KEY, "2015-02-21", NOW)
    for wrong in ("no base64!", "abc", "ä"):
        with pytest.raises(TemplateError, match="the account's key is not base64"):
            run(SCHEME.flow({**values, "account_key": wrong}, NOW))
    with pytest.raises(TemplateError):
        run(SCHEME.flow({**values, "account": "a\r\nX-Other: b"}, NOW))
