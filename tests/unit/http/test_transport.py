import logging
import os
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest

import nexcred
from nexcred.auth.flow import Request
from nexcred.errors import HostRefused, InvalidData
from nexcred.http.policy import HostPolicy
from nexcred.http.transport import Transport
from nexcred.model.probe import ProbeStatus
from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from tests.support.standins import Answer, Fault, Resci, Rest, faults
from tests.support.standins.authority import Authority
from tests.support.standins.reach import PLENTY_S, send, transport_to


def _to_loopback(name: str, deadline: Deadline) -> tuple[Address, ...]:
    return (ip_address("127.0.0.1"),)


def test_a_request_arrives_as_it_was_built(rest: Rest) -> None:
    request = Request(
        "POST",
        rest.url + "/v1/me?fixed=1",
        {"Authorization": "Bearer rest-key-EXAMPLE", "Content-Type": "application/x-www-form-urlencoded"},
        (("q", "a b&c=ü"), ("empty", "")),
        b"key=value",
    )
    response = transport_to(rest).send(request, Deadline.after(PLENTY_S))
    received = rest.received[0]
    assert response.status == 200
    assert received.method == "POST"
    assert received.target == "/v1/me?fixed=1&q=a%20b%26c%3D%C3%BC&empty="
    assert received.form == {"key": "value"}
    assert received.headers["host"] == rest.host
    assert received.headers["user-agent"] == f"nexcred/{nexcred.__version__}"
    assert received.headers["accept"] == "application/json"


def test_a_header_of_the_request_replaces_the_default(rest: Rest) -> None:
    send(rest, headers={"accept": "text/plain", "USER-AGENT": "mine"})
    assert rest.received[0].headers["accept"] == "text/plain"
    assert rest.received[0].headers["user-agent"] == "mine"


def test_an_answer_is_read_whole_with_lower_case_header_names(rest: Rest) -> None:
    rest.fault = faults.always(Answer(200, b"x" * 1024 * 1024, (("X-One", "1"), ("X-One", "2"))))
    response = send(rest)
    assert len(response.body) == 1024 * 1024
    assert response.headers["x-one"] == "1, 2"


def test_nothing_is_remembered_from_one_answer_to_the_next(rest: Rest) -> None:
    rest.fault = faults.always(Answer(200, b"{}", (("Set-Cookie", "session=1; Path=/"),)))
    transport = transport_to(rest)
    for _ in range(2):
        transport.send(Request("GET", rest.url), Deadline.after(PLENTY_S))
    assert "cookie" not in rest.received[1].headers


def test_https_checks_the_certificate_against_the_name_and_connects_to_the_address_found(authority: Authority) -> None:
    with Rest(tls=authority.server_context("api.example.com")) as rest:
        policy = HostPolicy((), (f"api.example.com:{rest.port}",))
        environment = {"SSL_CERT_FILE": str(authority.bundle)}
        transport = Transport(policy, environment=environment, resolver=_to_loopback)
        response = transport.send(
            Request("GET", f"https://api.example.com:{rest.port}/health"), Deadline.after(PLENTY_S)
        )
    assert response.status == 401
    assert rest.received[0].headers["host"] == f"api.example.com:{rest.port}"


def test_a_server_is_told_in_tls_which_http_is_spoken(authority: Authority) -> None:
    context = authority.server_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        agreed = pool.submit(_agreed_protocol, listener, context)
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        transport = Transport(HostPolicy((), (host,)), environment={"SSL_CERT_FILE": str(authority.bundle)})
        with pytest.raises(TransportFailed):
            transport.send(Request("GET", f"https://{host}/"), Deadline.after(PLENTY_S))
        assert agreed.result() == "http/1.1"


def _agreed_protocol(listener: socket.socket, context: ssl.SSLContext) -> str | None:
    with context.wrap_socket(listener.accept()[0], server_side=True) as connected:
        return connected.selected_alpn_protocol()


@pytest.mark.parametrize(("method", "length"), [("GET", None), ("DELETE", None), ("POST", "0"), ("PROPFIND", "0")])
def test_what_may_have_a_body_says_that_it_has_none(rest: Rest, method: str, length: str | None) -> None:
    transport_to(rest).send(Request(method, f"{rest.url}/"), Deadline.after(PLENTY_S))
    assert rest.received[0].headers.get("content-length") == length


def test_a_dead_address_does_not_hide_the_next_one(rest: Rest) -> None:
    def resolver(name: str, deadline: Deadline) -> tuple[Address, ...]:
        return (ip_address("127.66.66.66"), ip_address("127.0.0.1"))

    transport = Transport(HostPolicy((), (f"api.example.com:{rest.port}",)), environment={}, resolver=resolver)
    request = Request("GET", f"http://api.example.com:{rest.port}/health")
    assert transport.send(request, Deadline.after(PLENTY_S)).status == 401


@pytest.mark.parametrize(
    ("fault", "status", "detail"),
    [
        (faults.reset(), ProbeStatus.UNREACHABLE, "the connection was reset"),
        (faults.hang_up(), ProbeStatus.UNREACHABLE, "the connection was closed without an answer"),
        (faults.broken_off(), ProbeStatus.UNREACHABLE, "the answer broke off"),
        (faults.not_http(), ProbeStatus.INCONCLUSIVE, "the answer is not HTTP"),
        (faults.broken_gzip(), ProbeStatus.INCONCLUSIVE, "the answer cannot be decompressed"),
        (faults.nested_gzip(20), ProbeStatus.INCONCLUSIVE, "the answer cannot be decompressed"),
    ],
)
def test_a_broken_answer_proves_nothing(rest: Rest, fault: Fault, status: ProbeStatus, detail: str) -> None:
    rest.fault = fault
    with pytest.raises(TransportFailed) as failed:
        send(rest, "/health?key=secret-EXAMPLE")
    assert (failed.value.status, failed.value.detail) == (status, detail)
    assert failed.value.__suppress_context__
    assert failed.value.may_have_arrived


def test_a_closed_port_is_a_refused_connection() -> None:
    with Rest() as gone:
        pass
    with pytest.raises(TransportFailed, match="the connection was refused") as failed:
        send(gone)
    assert not failed.value.may_have_arrived


def test_a_plain_server_on_an_https_port_is_named(rest: Rest) -> None:
    request = Request("GET", f"https://{rest.host}/health")
    with pytest.raises(TransportFailed, match="does not speak TLS"):
        transport_to(rest).send(request, Deadline.after(PLENTY_S))


def test_a_certificate_variable_that_names_no_file_is_named(authority: Authority) -> None:
    with (
        Rest(tls=authority.server_context()) as rest,
        pytest.raises(TransportFailed, match="REQUESTS_CA_BUNDLE does not name readable certificates"),
    ):
        send(rest, environment={"REQUESTS_CA_BUNDLE": "/nonexistent.pem"})


def test_odd_headers_of_an_answer_put_nothing_into_a_log(rest: Rest, caplog: pytest.LogCaptureFixture) -> None:
    rest.fault = faults.raw(b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\n{}")
    with caplog.at_level(logging.DEBUG), pytest.raises(TransportFailed):
        send(rest, "/health?key=secret-EXAMPLE")
    assert "secret" not in caplog.text


@pytest.mark.parametrize("label", ["utf-8", "none", "", "aws-chunked", "identity"])
def test_a_label_that_is_no_compression_keeps_nobody_from_reading(rest: Rest, label: str) -> None:
    """encode/httpx#195: a key whose API labels its answers so was never proved."""
    rest.fault = faults.always(Answer(200, b'{"n": 1}', (("Content-Encoding", label),)))
    assert send(rest).body == b'{"n": 1}'


def test_half_a_character_in_the_query_is_refused_without_showing_it(rest: Rest) -> None:
    request = Request("GET", rest.url, {}, (("key", "secret-EXAMPLE\ud800"),))
    with pytest.raises(InvalidData) as refused:
        transport_to(rest).send(request, Deadline.after(PLENTY_S))
    assert "EXAMPLE" not in str(refused.value)
    assert rest.received == []


@pytest.mark.parametrize("method", ["", "GET /other", "GET\r\nX-Smuggled: 1", "GÉT"])
def test_what_is_no_method_is_not_sent(rest: Rest, method: str) -> None:
    with pytest.raises(InvalidData, match="is not the name of a method"):
        transport_to(rest).send(Request(method, rest.url), Deadline.after(PLENTY_S))
    assert rest.received == []


def test_a_host_is_refused_before_its_name_is_looked_up() -> None:
    def resolver(name: str, deadline: Deadline) -> tuple[Address, ...]:
        raise AssertionError("the name was looked up")

    transport = Transport(HostPolicy(("api.example.com",)), environment={}, resolver=resolver)
    with pytest.raises(HostRefused):
        transport.send(Request("GET", "https://evil.example/"), Deadline.after(PLENTY_S))


def test_threads_share_a_transport(resci: Resci) -> None:
    transport = transport_to(resci)
    request = Request("GET", resci.url + "/v3/import_jobs", {"Authorization": f"ApiKey {resci.api_key}"})
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: transport.send(request, Deadline.after(PLENTY_S)).status, range(64)))
    assert answers == [200] * 64


def _open_descriptors() -> int:
    """Count them among the lowest numbers, which are given out first."""
    return sum(_is_open(number) for number in range(256))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def test_no_descriptor_and_no_thread_is_left_behind(rest: Rest) -> None:
    send(rest)
    before = _open_descriptors()
    for _ in range(20):
        send(rest)
    rest.fault = faults.silence()
    with pytest.raises(TransportFailed):
        send(rest, within_s=0.05)
    rest.fault = None
    assert _open_descriptors() <= before + 2  # the server may not have closed its own ends yet
    assert not [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]


def test_a_listener_that_never_accepts_is_given_up_at_the_deadline() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        host = f"127.0.0.1:{listener.getsockname()[1]}"
        transport = Transport(HostPolicy((), (host,)), environment={})
        with pytest.raises(TransportFailed, match="no complete answer within"):
            transport.send(Request("GET", f"https://{host}/"), Deadline.after(0.1))
