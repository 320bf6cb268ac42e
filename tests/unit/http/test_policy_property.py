"""Whatever a URL looks like: it is refused, or it leads to a host of the policy, as every other parser reads it too."""

import contextlib
from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from nexcred.errors import HostRefused, InvalidData
from nexcred.http.hostnames import parse_host
from nexcred.http.policy import HostPolicy, parse_allow_host

POLICY = HostPolicy(("api.example.com", "*.example.org"), ("127.0.0.1:8080", "[::1]", "internal"))
GOOD = {"api.example.com", "127.0.0.1", "::1", "internal"}
PIECES = [
    "https:", "http:", "file:", "//", "/", "\\", "@", ":", "443", "8080", "0", "#", "?", "%2f", "%40", "%00", "\t",
    "\n",
    " ", "[", "]", "::1", "::ffff:7f00:1", "127.0.0.1", "2130706433", "0x7f.1", "api.example.com", "x.example.org",
    "evil.example", ".", "..", "internal", "ａpi.example.com", "。", "api\u00adexample.com", "user", "\u200b", "\x00",
]  # fmt: skip
URLS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=40)


@given(st.sampled_from(["https://", "http://", ""]), URLS)
@example("https://", "api.example.com:443\\@evil.example")
@example("https://", "evil.example#@api.example.com")
@example("https://", "api.example.com\t.evil.example")
@example("https://", "ａpi.example.com")
def test_an_accepted_url_leads_where_everybody_reads_it_to_lead(scheme: str, rest: str) -> None:
    url = scheme + rest
    try:
        target = POLICY.check(url)
    except HostRefused:
        return
    assert target.host.name in GOOD or target.host.name.endswith(".example.org")
    assert "@" not in urlsplit(url).netloc
    for host in (urlsplit(url).hostname, _host_by_urllib3(url, target.host.name)):
        assert host is not None
        assert parse_host(f"[{host.strip('[]')}]" if ":" in host else host) == target.host


def _host_by_urllib3(url: str, refused: str) -> str | None:
    """Return what it reads, or `refused`: it takes no letters that would first be mapped, such as full-width ones."""
    try:
        return parse_url(url).host
    except LocationParseError:
        return refused


@given(URLS)
def test_what_may_be_allowed_is_kept_in_one_spelling(text: str) -> None:
    with contextlib.suppress(InvalidData):
        kept = parse_allow_host(text)
        assert parse_allow_host(kept) == kept
        assert HostPolicy((), (kept,)).check(f"https://{kept}/").explicit
