from ipaddress import ip_address

import pytest

from nexcred.errors import HostRefused, InvalidData
from nexcred.http.policy import HostPolicy, parse_allow_host

HOSTS = ("api-na.eventscloud.com", "*.amperity.com", "api.example.com:8443")
POLICY = HostPolicy(HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://api-na.eventscloud.com/api",
        "https://API-NA.eventscloud.com./api",
        "https://api-na.eventscloud.com:443",
        "https://acme.amperity.com/api",
        "https://a.b.amperity.com/api",
        "https://api.example.com:8443/",
    ],
)
def test_hosts_of_the_connector_are_taken(url: str) -> None:
    assert not POLICY.check(url).explicit


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://api-na.eventscloud.com.evil.example/",
        "https://evil-api-na.eventscloud.com/",
        "https://amperity.com/",
        "https://evilamperity.com/",
        "https://api-na.eventscloud.com:8443/",
        "https://api.example.com/",
        "https://аpi-na.eventscloud.com/",
    ],
)
def test_any_other_host_or_port_is_refused_with_the_flag_that_allows_it(url: str) -> None:
    with pytest.raises(HostRefused, match="not a host of this connector") as refused:
        POLICY.check(url)
    assert "--allow-host" in refused.value.hint
    allowed = refused.value.hint.rpartition(" ")[2]
    assert HostPolicy(HOSTS, (parse_allow_host(allowed),)).check(url).explicit


def test_plain_http_is_refused_even_to_the_connectors_host() -> None:
    with pytest.raises(HostRefused, match="plain http"):
        POLICY.check("http://api-na.eventscloud.com/")


def test_an_allowed_host_means_the_port_of_the_scheme() -> None:
    policy = HostPolicy((), ("db.internal",))
    assert policy.check("https://db.internal/").port == 443
    assert policy.check("http://db.internal/").port == 80
    with pytest.raises(HostRefused, match="8080"):
        policy.check("http://db.internal:8080/")


def test_an_allowed_port_means_that_port_alone() -> None:
    policy = HostPolicy((), ("127.0.0.1:8080", "api.example.org:443"))
    assert policy.check("http://127.0.0.1:8080/x").explicit
    assert policy.check("https://api.example.org/x").explicit
    for url in ("http://127.0.0.1:8081/", "http://127.0.0.1/", "https://127.0.0.2:8080/"):
        with pytest.raises(HostRefused):
            policy.check(url)


def test_an_address_is_allowed_in_any_notation_of_it() -> None:
    assert HostPolicy((), ("127.0.0.1:8080",)).check("http://0x7f.1:8080/").host.name == "127.0.0.1"


@pytest.mark.parametrize("host", ["93.184.215.14", "[2606:4700::1111]", "localhost", "x.local", "intranet"])
def test_a_users_own_host_that_is_no_public_name_needs_to_be_allowed(host: str) -> None:
    with pytest.raises(HostRefused, match=r"an address, not a name|a name of a private network"):
        HostPolicy((host,)).check(f"https://{host}/")


def test_a_name_that_leads_to_a_private_address_is_refused() -> None:
    target = POLICY.check("https://acme.amperity.com/api")
    POLICY.check_addresses(target, [ip_address("93.184.215.14")])
    with pytest.raises(HostRefused, match=r"leads to 10\.0\.0\.7"):
        POLICY.check_addresses(target, [ip_address("93.184.215.14"), ip_address("10.0.0.7")])


def test_a_name_that_was_allowed_may_lead_anywhere() -> None:
    policy = HostPolicy((), ("db.corp.example",))
    policy.check_addresses(policy.check("https://db.corp.example/"), [ip_address("10.0.0.7")])


@pytest.mark.parametrize(
    "url",
    [
        "https://user@api.example.com:8443/",
        "https://user:secret-EXAMPLE@api.example.com:8443/",
        "https://api.example.com:8443@evil.example/",
        "file:///etc/passwd",
        "ftp://api.example.com/",
        "gopher://api.example.com/",
        "javascript:alert(1)",
        "//api.example.com/",
        "api.example.com",
        "",
        "https://",
        "https:///path",
        "https://api.example.com:0/",
        "https://api.example.com:99999/",
        "https://api.example.com:8443\\@evil.example/",
        "https://api.example.com:8443/\r\nHost: evil.example",
        "https://api.example.com\t:8443/",
        "https://api.example.com:8443/#part",
        "https://api.example.com:8443/ä",
        "https://api%2eexample.com:8443/",
        "https://[::1",
        "https://[::1]x:8443/",
    ],
)
def test_what_is_no_plain_web_address_is_always_refused(url: str) -> None:
    allowed = ("api.example.com:8443", "api.example.com", "evil.example", "[::1]:8443")
    with pytest.raises(HostRefused) as refused:
        HostPolicy(HOSTS, allowed).check(url)
    assert "--allow-host" not in refused.value.hint
    assert "secret" not in refused.value.message


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("API.Example.com", "api.example.com"),
        ("api.example.com:8443", "api.example.com:8443"),
        ("2130706433:80", "127.0.0.1:80"),
        ("[::1]:8443", "[::1]:8443"),
        ("localhost", "localhost"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_an_allowed_host_is_kept_in_one_spelling(written: str, kept: str) -> None:
    assert parse_allow_host(written) == kept


@pytest.mark.parametrize(
    "written",
    ["", "https://api.example.com", "api.example.com/x", "*.example.com", "u@h", "h:0", "h:x", "h:70000", "a b", "::1"],
)
def test_what_is_no_host_cannot_be_allowed(written: str) -> None:
    with pytest.raises(InvalidData, match="is not a host to allow"):
        parse_allow_host(written)
