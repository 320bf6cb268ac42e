"""Case 46: a certificate that is expired, self-signed, for another name or from a stranger: nothing is sent."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from nexcred.model.probe import ProbeStatus
from nexcred.network.failures import TransportFailed
from tests.support.standins import Rest
from tests.support.standins.authority import Authority
from tests.support.standins.reach import send

_WRONG: list[tuple[Callable[[Authority], ssl.SSLContext], str]] = [
    (Authority.expired_context, "its certificate has expired"),
    (Authority.self_signed_context, "its certificate is self-signed"),
    (lambda authority: authority.server_context("other.example"), "its certificate is for another (address|host)"),
    (lambda authority: authority.server_context("127.0.0.2"), "its certificate is for another address"),
]


@pytest.mark.parametrize(("context", "detail"), _WRONG)
def test_case_46_a_wrong_certificate_is_named(
    authority: Authority, context: Callable[[Authority], ssl.SSLContext], detail: str
) -> None:
    with Rest(tls=context(authority)) as rest, pytest.raises(TransportFailed, match=detail) as failed:
        send(rest, headers={"X-Api-Key": rest.api_key}, environment={"SSL_CERT_FILE": str(authority.bundle)})
    assert failed.value.status is ProbeStatus.UNREACHABLE
    assert rest.received == []


def test_case_46_a_strangers_certificate_is_named(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path)
    with Rest(tls=stranger.server_context()) as rest:
        for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            with pytest.raises(TransportFailed, match=f"{rest.host}: .* not trusted here; .* let {variable} name"):
                send(rest, environment={variable: str(authority.bundle)})
        with pytest.raises(TransportFailed, match="authority that is not trusted here"):
            send(rest)
        assert send(rest, environment={"SSL_CERT_FILE": str(stranger.bundle)}).status == 401
