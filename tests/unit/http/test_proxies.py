import pytest

from nexcred.http.policy import HostPolicy
from nexcred.http.proxies import proxy_for
from nexcred.network.failures import TransportFailed

HOSTS = ("api.example.com", "10.1.2.3", "127.0.0.1:8080", "localhost", "[fd00::1]")
POLICY = HostPolicy((), HOSTS)
PROXY = {"HTTPS_PROXY": "http://proxy.example:3128"}


def _proxy_of(url: str, environment: dict[str, str]) -> str | None:
    proxy = proxy_for(POLICY.check(url), environment)
    return f"{proxy.scheme}://{proxy.host.in_url}:{proxy.port}" if proxy else None


def test_https_goes_through_https_proxy_and_http_through_http_proxy() -> None:
    environment = PROXY | {"http_proxy": "plain.example"}
    assert _proxy_of("https://api.example.com", environment) == "http://proxy.example:3128"
    assert _proxy_of("http://api.example.com", environment) == "http://plain.example:80"
    assert _proxy_of("https://api.example.com", {"ALL_PROXY": "https://all.example"}) == "https://all.example:443"
    assert _proxy_of("https://api.example.com", {}) is None


def test_lower_case_wins_and_an_empty_variable_means_none() -> None:
    assert _proxy_of("https://api.example.com", PROXY | {"https_proxy": "http://[fd00::9]:1"}) == "http://[fd00::9]:1"
    assert _proxy_of("https://api.example.com", PROXY | {"https_proxy": ""}) is None


def test_a_socks_proxy_may_have_an_address_of_ipv6_and_another_port() -> None:
    """MoonshotAI/kimi-code#487: the brackets were taken for a part of it."""
    assert _proxy_of("https://api.example.com", {"ALL_PROXY": "socks5://[::1]"}) == "socks5://[::1]:1080"
    assert _proxy_of("https://api.example.com", {"ALL_PROXY": "socks5h://p.example:9"}) == "socks5h://p.example:9"


def test_a_proxy_header_of_a_web_client_is_not_a_proxy() -> None:
    assert _proxy_of("http://api.example.com", {"HTTP_PROXY": "http://evil.example", "REQUEST_METHOD": "GET"}) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://localhost"])
def test_this_machine_is_reached_directly(url: str) -> None:
    assert _proxy_of(url, PROXY | {"HTTP_PROXY": "http://proxy.example"}) is None


@pytest.mark.parametrize(
    ("url", "no_proxy"),
    [
        ("https://api.example.com", "*"),
        ("https://api.example.com", "other.example, api.example.com"),
        ("https://api.example.com", "other.example .example.com"),
        ("https://api.example.com", "EXAMPLE.com"),
        ("https://api.example.com", "*.example.com"),
        ("https://api.example.com", "api.example.com:443"),
        ("https://10.1.2.3", "10.1.2.3"),
        ("https://10.1.2.3", "10.0.0.0/8"),
        ("https://[fd00::1]", "[fd00::1]:443"),
        # psf/requests#6313, curl/curl#5745: networks of IPv6, and other spellings of an address.
        ("https://[fd00::1]", "fd00::/8"),
        ("https://[fd00::1]", "fd00:0:0:0:0:0:0:1"),
    ],
)
def test_no_proxy_exempts(url: str, no_proxy: str) -> None:
    assert _proxy_of(url, PROXY | {"NO_PROXY": no_proxy}) is None
    assert _proxy_of(url, PROXY | {"no_proxy": no_proxy}) is None


@pytest.mark.parametrize(
    ("url", "no_proxy"),
    [
        ("https://api.example.com", "i.example.com"),
        ("https://api.example.com", "ample.com"),
        ("https://api.example.com", "api.example.com:8443"),
        ("https://api.example.com", "10.0.0.0/8,,. :443"),
        ("https://10.1.2.3", "11.0.0.0/8"),
        ("https://10.1.2.3", "10.0.0.0/99"),
        ("https://10.1.2.3", "3"),
    ],
)
def test_no_proxy_exempts_nothing_else(url: str, no_proxy: str) -> None:
    assert _proxy_of(url, PROXY | {"NO_PROXY": no_proxy}) == "http://proxy.example:3128"


def test_a_proxys_password_becomes_a_header_and_shows_nowhere() -> None:
    proxy = proxy_for(
        POLICY.check("https://api.example.com"), {"https_proxy": "http://ada:p%40ss-EXAMPLE@proxy.example"}
    )
    assert proxy is not None
    assert proxy.headers == {"Proxy-Authorization": "Basic YWRhOnBAc3MtRVhBTVBMRQ=="}
    assert "YWRh" not in repr(proxy)


@pytest.mark.parametrize("value", ["socks4://ada:p-EXAMPLE@proxy", "http://", "http://ada:p-EXAMPLE@a b", "http://h:x"])
def test_a_proxy_that_cannot_be_used_is_named_by_its_variable(value: str) -> None:
    with pytest.raises(TransportFailed, match="HTTPS_PROXY") as failed:
        _proxy_of("https://api.example.com", {"HTTPS_PROXY": value})
    assert "EXAMPLE" not in failed.value.detail
