"""What comes over connections that stay open is read as over any other: whole, bounded, and by the way of a proxy."""

from collections.abc import Mapping
from ipaddress import ip_address

import pytest

import nexcred
from nexcred.auth.flow import Request, Response
from nexcred.http.kept import KeptTransport
from nexcred.http.policy import HostPolicy
from nexcred.model.probe import ProbeStatus
from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from tests.support.standins import Answer, Fault, Rest, faults
from tests.support.standins.authority import Authority
from tests.support.standins.proxy import Proxy
from tests.support.standins.reach import PLENTY_S
from tests.support.standins.socks import Socks

LARGEST = 1024 * 1024
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ALLOWED = HostPolicy((), ("api.example.com",))


def ask(rest: Rest, request: Request | None = None) -> Response:
    transport = KeptTransport(HostPolicy((), (rest.host,)), {})
    return transport.send(request or Request("GET", f"{rest.url}/health"), Deadline.after(PLENTY_S), LARGEST)


def by_proxy(environment: Mapping[str, str], scheme: str) -> None:
    def nobody(name: str, deadline: Deadline) -> tuple[Address, ...]:
        assert not name.endswith("example.com"), "it was looked up here"
        return (ip_address("127.0.0.1"),)

    transport = KeptTransport(ALLOWED, environment, resolver=nobody)
    request = Request("GET", f"{scheme}://api.example.com/health?q=1", {"X-Api-Key": Rest.api_key})
    assert transport.send(request, Deadline.after(PLENTY_S), LARGEST).status == 200


def test_a_request_arrives_as_it_was_built(rest: Rest) -> None:
    request = Request("PUT", f"{rest.url}/v1/a%20b", {"ACCEPT-encoding": "identity", "If-Match": '"1"'}, (), b"body")
    ask(rest, request)
    received = rest.received[0]
    assert (received.method, received.target, received.body) == ("PUT", "/v1/a%20b", b"body")
    assert received.headers["host"] == rest.host
    assert received.headers["user-agent"] == f"nexcred/{nexcred.__version__}"
    assert received.headers["accept-encoding"] == "identity"
    assert received.headers["if-match"] == '"1"'


def test_values_of_one_header_are_joined(rest: Rest) -> None:
    rest.fault = faults.always(Answer(200, b"x" * LARGEST, (("X-One", "1"), ("x-one", "2"))))
    response = ask(rest)
    assert (len(response.body), response.headers["x-one"]) == (LARGEST, "1, 2")


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nX: y\r\n\r\n",
            b"abcde",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\nup to the end", b"up to the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    ],
)
def test_a_body_ends_where_it_says(rest: Rest, answer: bytes, body: bytes) -> None:
    rest.fault = faults.raw(answer)
    assert ask(rest).body == body


@pytest.mark.parametrize(
    ("fault", "status", "detail"),
    [
        (faults.reset(), ProbeStatus.UNREACHABLE, "the connection was reset"),
        (faults.hang_up(), ProbeStatus.UNREACHABLE, "the connection was closed without an answer"),
        (faults.broken_off(), ProbeStatus.UNREACHABLE, "the answer broke off"),
        (faults.not_http(), ProbeStatus.INCONCLUSIVE, "the answer is not HTTP"),
        (faults.many_headers(), ProbeStatus.INCONCLUSIVE, "the answer has more than 500 headers"),
        (
            faults.raw(CHUNKED + b"5\r\nabc"),
            ProbeStatus.UNREACHABLE,
            "the answer broke off",
        ),
        (
            faults.raw(CHUNKED + b"3\r\nabc\r\n"),
            ProbeStatus.UNREACHABLE,
            "the answer broke off",
        ),
        (
            faults.raw(CHUNKED + b"-1\r\nabc\r\n0\r\n\r\n"),
            ProbeStatus.INCONCLUSIVE,
            "the answer has a chunk without a readable size",
        ),
        (
            faults.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nabcde"),
            ProbeStatus.INCONCLUSIVE,
            "the answer gives two lengths that differ",
        ),
    ],
)
def test_a_broken_answer_is_none(rest: Rest, fault: Fault, status: ProbeStatus, detail: str) -> None:
    rest.fault = fault
    with pytest.raises(TransportFailed) as failed:
        ask(rest, Request("GET", f"{rest.url}/health?key=secret-EXAMPLE"))
    assert (failed.value.status, failed.value.detail) == (status, detail)
    assert failed.value.__suppress_context__


def test_endless_chunks_end_at_the_bound(rest: Rest) -> None:
    rest.fault = faults.endless_chunks()
    with pytest.raises(TransportFailed, match="longer than 1 MiB"):
        ask(rest)


def test_a_line_that_is_cut_under_tls_ends_no_answer(authority: Authority) -> None:
    with Rest(tls=authority.server_context("127.0.0.1")) as rest:
        rest.fault = faults.raw(b"HTTP/1.1 200 OK\r\n\r\nup to the")
        transport = KeptTransport(HostPolicy((), (rest.host,)), {"SSL_CERT_FILE": str(authority.bundle)})
        with pytest.raises(TransportFailed, match="the answer broke off"):
            transport.send(Request("GET", f"{rest.url}/health"), Deadline.after(PLENTY_S), LARGEST)


def test_a_certificate_of_another_name_is_refused(authority: Authority) -> None:
    with Rest(tls=authority.server_context("other.example")) as rest:
        transport = KeptTransport(HostPolicy((), (rest.host,)), {"SSL_CERT_FILE": str(authority.bundle)})
        with pytest.raises(TransportFailed, match="its certificate is for another"):
            transport.send(Request("GET", f"{rest.url}/health"), Deadline.after(PLENTY_S), LARGEST)


@pytest.mark.parametrize("proxy_tls", [False, True])
def test_https_goes_through_a_tunnel_that_sees_no_key(authority: Authority, *, proxy_tls: bool) -> None:
    context = authority.server_context() if proxy_tls else None
    with (
        Rest(tls=authority.server_context("api.example.com")) as rest,
        Proxy(rest, tls=context, login="ada:pw-EXAMPLE") as proxy,
    ):
        url = proxy.url.replace("://", "://ada:pw-EXAMPLE@")
        by_proxy({"HTTPS_PROXY": url, "SSL_CERT_FILE": str(authority.bundle)}, "https")
        assert proxy.received[0].target == "api.example.com:443"
        assert not proxy.received[0].holds(Rest.api_key)
        assert "proxy-authorization" not in rest.received[0].headers


@pytest.mark.parametrize("proxy_tls", [False, True])
def test_plain_http_is_asked_of_a_proxy_as_a_whole_url(authority: Authority, *, proxy_tls: bool) -> None:
    context = authority.server_context() if proxy_tls else None
    with Rest() as rest, Proxy(rest, tls=context) as proxy:
        by_proxy({"HTTP_PROXY": proxy.url, "SSL_CERT_FILE": str(authority.bundle)}, "http")
        assert proxy.received[0].target == "http://api.example.com/health?q=1"


def test_a_proxy_that_refuses_is_named(rest: Rest) -> None:
    with Proxy(rest, refuse_with=503) as proxy, pytest.raises(TransportFailed, match=f"{proxy.host} answered 503"):
        by_proxy({"HTTPS_PROXY": proxy.url}, "https")
    assert rest.received == []


def test_a_socks_proxy_is_asked_for_the_way(authority: Authority) -> None:
    with Rest(tls=authority.server_context("api.example.com")) as rest, Socks(rest) as proxy:
        by_proxy({"ALL_PROXY": f"socks5h://{proxy.host}", "SSL_CERT_FILE": str(authority.bundle)}, "https")
        assert proxy.asked == [("api.example.com", 443)]
        assert rest.received[0].target == "/health?q=1"
