"""Where a path leads."""

import pytest

from nexcred.errors import UsageError
from nexcred.services.requests.request import url_of

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
    assert url_of(path, base) == (url, ())


def test_a_query_is_taken_apart() -> None:
    assert url_of("/me?a=1&b=&a=x%20y", BASE) == (f"{BASE}/me", (("a", "1"), ("b", ""), ("a", "x y")))
    assert url_of("https://acme.test/?a=https://b", None) == ("https://acme.test/", (("a", "https://b"),))
    assert url_of("?a=1", BASE) == (BASE, (("a", "1"),))


def test_without_a_base_url_a_whole_one_is_due() -> None:
    with pytest.raises(UsageError, match="names no address"):
        url_of("/me", None)
