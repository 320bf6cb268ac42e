"""Where a path leads."""

import pytest

from nexcred.errors import UsageError
from nexcred.services.requests.address import url_of

BASE = "https://mine.acme.test/api/v1"


@pytest.mark.parametrize(
    ("path", "base", "url"),
    [
        ("me", BASE, f"{BASE}/me"),
        ("/me", BASE, f"{BASE}/me"),
        ("/api/v1/me", BASE, f"{BASE}/me"),
        ("/api/v1", BASE, BASE),
        ("/api/v10/me", BASE, f"{BASE}/api/v10/me"),
        ("", BASE, BASE),
        ("/", f"{BASE}/", BASE),
        ("", "https://acme.test", "https://acme.test/"),
        ("/", "https://acme.test/", "https://acme.test/"),
        ("/api/v1/me", "https://acme.test", "https://acme.test/api/v1/me"),
        ("//evil.test/x", BASE, f"{BASE}/evil.test/x"),
        ("@evil.test", "https://acme.test", "https://acme.test/@evil.test"),
        ("/a b/ä#c", BASE, f"{BASE}/a%20b/%C3%A4%23c"),
        ("/a%2Fb", BASE, f"{BASE}/a%2Fb"),
        ("https://other.test/x y", BASE, "https://other.test/x%20y"),
        ("https://user@evil.test", None, "https://user@evil.test"),
        ("http://acme.test:80/", None, "http://acme.test:80/"),
    ],
)
def test_a_path_goes_below_the_base_url_once(path: str, base: str | None, url: str) -> None:
    assert url_of(path, base) == url


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        # aio-libs/yarl#19, Xuanwo/reqsign#778: bytes that are no UTF-8, and whatever else decoding would change.
        ("q=%E9", "q=%E9"),
        ("a=1&b=&a=x%20y", "a=1&b=&a=x%20y"),
        ("acl&&versionId=a+b", "acl&&versionId=a+b"),
        ("next=https://b.test/?c=d", "next=https://b.test/?c=d"),
        ("q=%2f%2F", "q=%2f%2F"),
        ('q={"a": "ä"}#1', "q=%7B%22a%22:%20%22%C3%A4%22%7D%231"),
        ("q=100%", "q=100%25"),
        ("q=\udce9", "q=%E9"),
    ],
)
def test_a_query_stays_as_it_was_written(query: str, sent: str) -> None:
    """Encoded is only what no URL may hold: a byte of the command line that is no text goes as that byte."""
    assert url_of(f"/me?{query}", BASE) == f"{BASE}/me?{sent}"
    assert url_of(f"https://acme.test/?{query}", None) == f"https://acme.test/?{sent}"
    assert url_of(f"?{query}", BASE) == f"{BASE}?{sent}"


def test_without_a_base_url_a_whole_one_is_due() -> None:
    with pytest.raises(UsageError, match="names no address"):
        url_of("/me", None)
