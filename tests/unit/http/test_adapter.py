"""The adapter for requests: proxies and certificates as the transport has them, and addresses checked when dialled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ipaddress import ip_address

import pytest
import requests

from nexcred.errors import HostRefused
from nexcred.http.adapter import GuardedAdapter
from nexcred.http.policy import HostPolicy
from nexcred.http.reach import Resolver
from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.resolve import resolve
from tests.support.standins import Rest
from tests.support.standins.authority import Authority
from tests.support.standins.proxy import Proxy
from tests.support.standins.reach import PLENTY_S

KEY = {"X-Api-Key": Rest.api_key}
ALLOWED = HostPolicy((), ("api.example.com",))


def _to_loopback(name: str, deadline: Deadline) -> tuple[Address, ...]:
    return (ip_address("127.0.0.1"),)


@contextmanager
def sending(
    policy: HostPolicy, environment: Mapping[str, str] | None = None, resolver: Resolver = resolve
) -> Iterator[requests.Session]:
    adapter = GuardedAdapter(policy, environment or {}, timeout_s=PLENTY_S, resolver=resolver)
    with requests.Session() as session:
        session.trust_env = False
        session.headers.update(KEY)
        for scheme in ("https://", "http://"):
            session.mount(scheme, adapter)
        yield session


@pytest.mark.parametrize("proxy_tls", [False, True])
def test_https_goes_through_a_tunnel_that_sees_no_key(authority: Authority, *, proxy_tls: bool) -> None:
    context = authority.server_context() if proxy_tls else None
    with (
        Rest(tls=authority.server_context("api.example.com")) as rest,
        Proxy(rest, tls=context, login="ada:pw-EXAMPLE") as proxy,
    ):
        url = proxy.url.replace("://", "://ada:pw-EXAMPLE@")
        with sending(ALLOWED, {"HTTPS_PROXY": url, "SSL_CERT_FILE": str(authority.bundle)}) as session:
            assert session.get("https://api.example.com/health").status_code == 200
        assert proxy.received[0].target == "api.example.com:443"
        assert not proxy.received[0].holds(Rest.api_key)
        assert "proxy-authorization" not in rest.received[0].headers


@pytest.mark.parametrize("proxy_tls", [False, True])
def test_plain_http_goes_through_a_proxy_of_the_callers(authority: Authority, *, proxy_tls: bool) -> None:
    context = authority.server_context() if proxy_tls else None
    with Rest() as rest, Proxy(rest, tls=context, login="ada:pw-EXAMPLE") as proxy:
        url = proxy.url.replace("://", "://ada:pw-EXAMPLE@")
        with sending(ALLOWED, {"SSL_CERT_FILE": str(authority.bundle)}) as session:
            session.proxies = {"http": url}
            assert session.get("http://api.example.com/health?q=1").status_code == 200
        assert proxy.received[0].target == "http://api.example.com/health?q=1"


@pytest.mark.parametrize("status", [407, 503])
def test_a_proxy_that_refuses_is_named(rest: Rest, status: int) -> None:
    with Proxy(rest, refuse_with=status) as proxy, sending(ALLOWED, {"HTTPS_PROXY": proxy.url}) as session:
        with pytest.raises(
            requests.ConnectionError, match=f"api.example.com: the proxy {proxy.host} answered {status}"
        ):
            session.get("https://api.example.com/health")
        assert rest.received == []


def test_a_certificate_of_another_name_is_refused(authority: Authority) -> None:
    with Rest(tls=authority.server_context("other.example")) as rest:
        policy = HostPolicy((), (rest.host,))
        with (
            sending(policy, {"SSL_CERT_FILE": str(authority.bundle)}) as session,
            pytest.raises(requests.exceptions.SSLError, match="its certificate is for another"),
        ):
            session.get(f"{rest.url}/health")
        assert rest.received == []


def test_a_name_that_leads_to_a_private_address_is_not_dialled(authority: Authority) -> None:
    policy = HostPolicy(("api.example.com",))
    with sending(policy, resolver=_to_loopback) as session, pytest.raises(HostRefused, match=r"leads to 127\.0\.0\.1"):
        session.get("https://api.example.com/health")


def test_an_address_that_was_allowed_is_dialled_each_time_anew(rest: Rest) -> None:
    looked_up = []

    def to_loopback(name: str, deadline: Deadline) -> tuple[Address, ...]:
        looked_up.append(name)
        return _to_loopback(name, deadline)

    policy = HostPolicy((), (f"localhost:{rest.port}",))
    with sending(policy, resolver=to_loopback) as session:
        for _ in range(2):  # the stand-in keeps no connection
            assert session.get(f"http://localhost:{rest.port}/health").ok
    assert looked_up == ["localhost", "localhost"]


def test_nobody_there_is_a_connection_error(rest: Rest) -> None:
    policy = HostPolicy((), ("127.0.0.1:1",))
    with sending(policy) as session, pytest.raises(requests.ConnectionError) as refused:
        session.get("http://127.0.0.1:1/?key=EXAMPLE")
    assert str(refused.value) == "127.0.0.1:1: the connection was refused"
