"""SOCKS5 proxies, named by the environment."""

from ipaddress import ip_address

import pytest
import requests

from nexcred.auth.flow import Request
from nexcred.errors import HostRefused
from nexcred.http.adapter import GuardedAdapter
from nexcred.http.policy import HostPolicy
from nexcred.http.transport import Transport
from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from tests.support.standins import Rest
from tests.support.standins.authority import Authority
from tests.support.standins.reach import PLENTY_S
from tests.support.standins.socks import Socks

LOGIN = "ada:pw-EXAMPLE"
KEY = {"X-Api-Key": Rest.api_key}
ALLOWED = HostPolicy((), ("api.example.com",))


def resolver(name: str, deadline: Deadline) -> tuple[Address, ...]:
    return (ip_address("10.1.2.3"),)


def nobody(name: str, deadline: Deadline) -> tuple[Address, ...]:
    raise AssertionError(f"{name} was looked up here")


def ask(environment: dict[str, str], *, scheme: str = "https", looks_up: bool = False) -> int:
    transport = Transport(ALLOWED, environment=environment, resolver=resolver if looks_up else nobody)
    return transport.send(Request("GET", f"{scheme}://api.example.com/health", KEY), Deadline.after(PLENTY_S)).status


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
@pytest.mark.parametrize("login", ["", LOGIN])
def test_https_goes_through_a_proxy_that_sees_the_name_alone(authority: Authority, variable: str, login: str) -> None:
    with Rest(tls=authority.server_context("api.example.com")) as rest, Socks(rest, login=login) as proxy:
        url = f"socks5h://{login}@{proxy.host}" if login else f"socks5h://{proxy.host}"
        assert ask({variable: url, "SSL_CERT_FILE": str(authority.bundle)}) == 200
        assert proxy.asked == [("api.example.com", 443)]
        assert rest.received[0].target == "/health"


def test_plain_http_is_not_told_to_the_proxy_as_a_whole_url() -> None:
    with Rest() as rest, Socks(rest) as proxy:
        assert ask({"ALL_PROXY": f"socks5h://{proxy.host}"}, scheme="http") == 200
        assert (proxy.asked, rest.received[0].target) == ([("api.example.com", 80)], "/health")
        assert rest.received[0].headers["host"] == "api.example.com"


def test_without_an_h_the_name_is_looked_up_here_and_its_address_is_checked() -> None:
    with Rest() as rest, Socks(rest) as proxy:
        environment = {"ALL_PROXY": f"socks5://{proxy.host}"}
        assert ask(environment, scheme="http", looks_up=True) == 200
        assert proxy.asked == [("10.1.2.3", 80)]
        named = Transport(HostPolicy(("api.example.com",)), environment=environment, resolver=resolver)
        with pytest.raises(HostRefused, match=r"leads to 10\.1\.2\.3"):
            named.send(Request("GET", "https://api.example.com/"), Deadline.after(PLENTY_S))


def test_a_session_goes_through_it_too(authority: Authority) -> None:
    with Rest(tls=authority.server_context("api.example.com")) as rest, Socks(rest, login=LOGIN) as proxy:
        environment = {"HTTPS_PROXY": f"socks5h://{LOGIN}@{proxy.host}", "SSL_CERT_FILE": str(authority.bundle)}
        with requests.Session() as session:
            session.trust_env = False
            session.mount("https://", GuardedAdapter(ALLOWED, environment, timeout_s=PLENTY_S, resolver=nobody))
            assert session.get("https://api.example.com/health", headers=KEY).status_code == 200
        assert proxy.asked == [("api.example.com", 443)]


@pytest.mark.parametrize(
    ("login", "given", "refuse_with", "reason"),
    [
        (LOGIN, "", 0, "it wants a user name and password, or other ones"),
        (LOGIN, "ada:wrong@", 0, "it wants a user name and password, or other ones"),
        ("", "", 5, r"it found no way \(connection refused\)"),
        ("", f"ada:{'x' * 200}@", 0, "a name or its login is too long for SOCKS"),
    ],
)
def test_a_proxy_that_refuses_is_named(login: str, given: str, refuse_with: int, reason: str) -> None:
    with Rest() as rest, Socks(rest, login=login, refuse_with=refuse_with) as proxy:
        with pytest.raises(TransportFailed, match=f"the proxy {proxy.host}: {reason}") as failed:
            ask({"ALL_PROXY": f"socks5h://{given}{proxy.host}"})
        assert "EXAMPLE" not in str(failed.value)
        assert rest.received == []


def test_what_is_no_such_proxy_is_named() -> None:
    with Rest() as rest, pytest.raises(TransportFailed, match=f"the proxy {rest.host}: it does not speak SOCKS5"):
        ask({"ALL_PROXY": f"socks5h://{rest.host}"})


def test_a_certificate_behind_it_is_checked_against_the_name(authority: Authority) -> None:
    with Rest(tls=authority.server_context("other.example")) as rest, Socks(rest) as proxy:
        with pytest.raises(TransportFailed, match=r"api\.example\.com: its certificate is for another host"):
            ask({"ALL_PROXY": f"socks5h://{proxy.host}", "SSL_CERT_FILE": str(authority.bundle)})
        assert rest.received == []
