"""A server that asks for a client certificate: a real one, of Python's own TLS, that lets nobody in without."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

from tests.support.opened import Opened
from tests.support.standins.authority import Authority
from tests.support.standins.exchange import json_answer
from tests.support.standins.rest import Rest

PASSPHRASE = "passphrase of EXAMPLE"


class Mutual:
    """The server, and the authority of its clients."""

    def __init__(self, rest: Rest, clients: trustme.CA, authority: Authority) -> None:
        self.rest = rest
        self.clients = clients
        self.environment = {"SSL_CERT_FILE": str(authority.bundle)}

    def add(self, opened: Opened, *more: str, method: str = "bearer", **held: str) -> tuple[int, str]:
        words = ["--method", method, "--set", f"base_url={self.rest.url}", "--set", "health_path=/health"]
        words += ["--set", "api_key=env:HELD"] if method == "bearer" else []
        variables = {**self.environment, "HELD": self.rest.api_key, **held}
        ran = opened("add", "rest", "api", *words, *more, "--allow-host", self.rest.host, environment=variables)
        return ran.code, ran.out + ran.err


@pytest.fixture(params=[ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["TLS 1.2", "TLS 1.3"])
def mutual(request: pytest.FixtureRequest, authority: Authority) -> Iterator[Mutual]:
    clients = trustme.CA(key_type=trustme.KeyType.ECDSA)
    context = authority.server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.maximum_version = request.param
    clients.configure_trust(context)
    with Rest(tls=context) as rest:
        yield Mutual(rest, clients, authority)


def _files(folder: Path, clients: trustme.CA) -> dict[str, Path]:
    """Write the same certificate in each form that people are given one in."""
    issued = clients.issue_cert("ada@example.com", key_type=trustme.KeyType.ECDSA)
    chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
    pem_key = issued.private_key_pem.bytes()
    key, own = load_pem_private_key(pem_key, None), x509.load_pem_x509_certificate(chain)
    closed = BestAvailableEncryption(PASSPHRASE.encode())
    contents = {
        "both.pem": chain + pem_key,
        "key-first.pem": pem_key + chain,
        "certificate.pem": chain,
        "key.pem": pem_key,
        "closed.pem": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, closed),
        "closed.p12": serialize_key_and_certificates(b"ada", key, own, None, closed),  # type: ignore[arg-type]
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name: folder / name for name in contents}


@pytest.mark.parametrize(
    "given",
    [
        {"client_certificate": "both.pem"},
        {"client_certificate": "key-first.pem"},
        {"client_certificate": "certificate.pem", "client_key": "key.pem"},
        {"client_certificate": "certificate.pem", "client_key": "closed.pem", "client_key_passphrase": ""},
        {"client_certificate": "closed.p12", "client_key_passphrase": ""},
    ],
    ids=lambda given: "+".join(given.values()),
)
def test_a_certificate_is_shown_in_each_form(opened: Opened, mutual: Mutual, given: dict[str, str]) -> None:
    files = _files(opened.home, mutual.clients)
    words = [
        word
        for name, file in given.items()
        for word in ("--set", f"{name}=@{files[file]}" if file else f"{name}=env:PASSED")
    ]
    code, said = mutual.add(opened, *words, PASSED=PASSPHRASE)
    assert (code, "added api: accepted" in said) == (0, True), said
    for command in (["probe", "api", "--control"], ["request", "api", "/health"]):
        ran = opened(*command, environment=mutual.environment)
        assert ran.code == 0, ran.err
        assert PASSPHRASE not in ran.out + ran.err
    shown = opened("show", "api", "--json").out
    assert "client_certificate" in json.loads(shown)["secret_fields"]
    assert "BEGIN" not in shown


def test_without_one_it_is_said_that_the_server_asks_for_it(opened: Opened, mutual: Mutual) -> None:
    """n8n-io/n8n#9125, langflow-ai/langflow#10207."""
    code, said = mutual.add(opened)
    assert code == 0
    assert "client certificate" in said
    assert "saved, not verified" in said


def test_a_certificate_of_another_authority_is_told(opened: Opened, mutual: Mutual) -> None:
    strangers = _files(opened.home, trustme.CA(key_type=trustme.KeyType.ECDSA))
    code, said = mutual.add(opened, "--set", f"client_certificate=@{strangers['both.pem']}")
    assert (code, "does not take the client certificate" in said) == (0, True), said


def test_a_certificate_alone_is_enough_where_no_key_is_wanted(opened: Opened, mutual: Mutual) -> None:
    mutual.rest.fault = lambda _request, _proper: json_answer({"hello": "ada"})
    files = _files(opened.home, mutual.clients)
    code, said = mutual.add(opened, "--set", f"client_certificate=@{files['both.pem']}", method="certificate")
    assert (code, said) == (0, "added api: accepted\n")
    assert "authorization" not in mutual.rest.received[-1].headers
    assert len(mutual.rest.received) == 1  # the control shows none, and is not let in


def test_a_server_that_asks_for_none_is_no_proof_of_one(opened: Opened, mutual: Mutual) -> None:
    assert mutual.rest.tls is not None
    mutual.rest.tls.verify_mode = ssl.CERT_OPTIONAL
    mutual.rest.fault = lambda _request, _proper: json_answer({"hello": "anybody"})
    files = _files(opened.home, mutual.clients)
    code, said = mutual.add(opened, "--set", f"client_certificate=@{files['both.pem']}", method="certificate")
    assert (code, "its yes proves nothing" in said) == (0, True), said


@pytest.mark.parametrize("wrong", ["key.pem", "certificate.pem", "closed.p12"])
def test_what_is_no_certificate_with_its_key_is_named_before_anything_is_sent(
    opened: Opened, mutual: Mutual, wrong: str
) -> None:
    files = _files(opened.home, mutual.clients)
    code, said = mutual.add(opened, "--set", f"client_certificate=@{files[wrong]}")
    assert (code, mutual.rest.received) == (2, [])
    assert "client_certificate is not a certificate with its key" in said
