"""Case 47: .netrc never speaks for a credential; proxies and certificate bundles come from the environment."""

import shutil
import subprocess
from ipaddress import ip_address
from pathlib import Path

import pytest

from nexcred.auth.flow import Request
from nexcred.http.policy import HostPolicy
from nexcred.http.transport import Transport
from nexcred.network.deadline import Deadline
from nexcred.network.failures import TransportFailed
from tests.support.standins import Rest
from tests.support.standins.authority import Authority
from tests.support.standins.proxy import Proxy
from tests.support.standins.reach import PLENTY_S, send

KEY = {"X-Api-Key": Rest.api_key}


def test_case_47_netrc_neither_replaces_nor_adds_a_credential(
    rest: Rest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text(
        "machine 127.0.0.1 login thief password thief-EXAMPLE\ndefault login thief password thief-EXAMPLE\n"
    )
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    environment = {"HOME": str(tmp_path), "NETRC": str(netrc)}
    send(rest, headers={"Authorization": "Bearer rest-key-EXAMPLE"}, environment=environment)
    send(rest, headers=KEY, environment=environment)
    assert rest.received[0].headers["authorization"] == "Bearer rest-key-EXAMPLE"
    assert "authorization" not in rest.received[1].headers


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_case_47_a_bundle_of_the_environment_is_trusted(authority: Authority, variable: str) -> None:
    with Rest(tls=authority.server_context()) as rest:
        assert send(rest, "/health", KEY, environment={variable: str(authority.bundle)}).status == 200


def _subject_hash(bundle: Path) -> str:
    """Return the file name under which OpenSSL looks for this certificate in a folder."""
    command = ["openssl", "x509", "-noout", "-subject_hash", "-in", str(bundle)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip() + ".0"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl: apt install openssl")
def test_case_47_a_folder_of_certificates_is_trusted(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / _subject_hash(authority.bundle)).write_bytes(authority.bundle.read_bytes())
    with Rest(tls=authority.server_context()) as rest:
        for variable in ("SSL_CERT_DIR", "REQUESTS_CA_BUNDLE"):
            assert send(rest, "/health", KEY, environment={variable: str(tmp_path)}).status == 200


def _through(proxy: Proxy, rest: Rest, scheme: str, environment: dict[str, str]) -> int:
    transport = Transport(HostPolicy((), ("api.example.com",)), environment=environment)
    request = Request("GET", f"{scheme}://api.example.com/health", KEY, (("q", "1"),))
    return transport.send(request, Deadline.after(PLENTY_S)).status


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("proxy_tls", [False, True])
def test_case_47_https_goes_through_a_tunnel_that_sees_no_key(
    authority: Authority, variable: str, *, proxy_tls: bool
) -> None:
    context = authority.server_context() if proxy_tls else None
    with (
        Rest(tls=authority.server_context("api.example.com")) as rest,
        Proxy(rest, tls=context, login="ada:pw-EXAMPLE") as proxy,
    ):
        url = proxy.url.replace("://", "://ada:pw-EXAMPLE@")
        assert _through(proxy, rest, "https", {variable: url, "SSL_CERT_FILE": str(authority.bundle)}) == 200
        assert proxy.received[0].target == "api.example.com:443"
        assert not proxy.received[0].holds(Rest.api_key)
        assert "proxy-authorization" not in rest.received[0].headers
        assert rest.received[0].headers["host"] == "api.example.com"


def test_case_47_the_certificate_behind_a_proxy_is_checked_against_the_name(authority: Authority) -> None:
    with Rest(tls=authority.server_context("other.example")) as rest, Proxy(rest) as proxy:
        with pytest.raises(TransportFailed, match="its certificate is for another host"):
            _through(proxy, rest, "https", {"HTTPS_PROXY": proxy.url, "SSL_CERT_FILE": str(authority.bundle)})
        assert rest.received == []


@pytest.mark.parametrize("proxy_tls", [False, True])
def test_case_47_plain_http_goes_through_http_proxy(authority: Authority, *, proxy_tls: bool) -> None:
    context = authority.server_context() if proxy_tls else None
    with Rest() as rest, Proxy(rest, tls=context, login="ada:pw-EXAMPLE") as proxy:
        url = proxy.url.replace("://", "://ada:pw-EXAMPLE@")
        assert _through(proxy, rest, "http", {"HTTP_PROXY": url, "SSL_CERT_FILE": str(authority.bundle)}) == 200
        assert proxy.received[0].target == "http://api.example.com/health?q=1"
        assert rest.received[0].headers["host"] == "api.example.com"


@pytest.mark.parametrize(("status", "login"), [(0, "ada:pw-EXAMPLE"), (502, "")])
def test_case_47_a_proxy_that_refuses_is_named(authority: Authority, status: int, login: str) -> None:
    with Rest() as rest, Proxy(rest, login=login, refuse_with=status) as proxy:
        with pytest.raises(TransportFailed, match=f"the proxy {proxy.host} answered {status or 407}"):
            _through(proxy, rest, "https", {"HTTPS_PROXY": proxy.url})
        assert rest.received == []


def test_case_47_a_proxy_that_is_not_there_or_not_trusted_is_named(authority: Authority, tmp_path: Path) -> None:
    trusted = {"SSL_CERT_FILE": str(authority.bundle)}
    stranger = Authority(tmp_path)
    with (
        Rest(tls=authority.server_context("api.example.com")) as rest,
        Proxy(rest, tls=stranger.server_context()) as proxy,
    ):
        with pytest.raises(TransportFailed, match=f"the proxy {proxy.host}: its certificate comes from an authority"):
            _through(proxy, rest, "https", {"HTTPS_PROXY": proxy.url, **trusted})
        with pytest.raises(TransportFailed, match=r"the proxy 127\.0\.0\.1:1: the connection was refused"):
            _through(proxy, rest, "https", {"HTTPS_PROXY": "http://127.0.0.1:1", **trusted})
        assert rest.received == []


def test_case_47_no_proxy_goes_straight(rest: Rest) -> None:
    with Proxy(rest) as proxy:
        transport = Transport(
            HostPolicy((), (f"api.example.com:{rest.port}",)),
            environment={"HTTP_PROXY": proxy.url, "NO_PROXY": "example.com"},
            resolver=lambda name, deadline: (ip_address("127.0.0.1"),),
        )
        url = f"http://api.example.com:{rest.port}/health"
        assert transport.send(Request("GET", url, KEY), Deadline.after(PLENTY_S)).status == 200
        assert proxy.received == []
