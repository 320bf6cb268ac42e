"""Case 42: a redirect takes no header, key or body anywhere."""

import pytest

from nexcred.auth.flow import Request
from nexcred.network.deadline import Deadline
from tests.support.standins import Rest, faults
from tests.support.standins.authority import Authority
from tests.support.standins.reach import PLENTY_S, transport_to


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("target", ["{other}/stolen", "//{other_host}/stolen", "https://{other_host}/stolen", "/again"])
def test_case_42_nothing_follows_a_redirect(rest: Rest, status: int, target: str) -> None:
    with Rest() as other:
        location = target.format(other=other.url, other_host=other.host)
        rest.fault = faults.redirect(location, status=status)
        request = Request("POST", rest.url + "/health", {"X-Api-Key": rest.api_key}, (("key", "EXAMPLE"),), b"EXAMPLE")
        # Both hosts are allowed: it is not the host binding that keeps the request from following.
        response = transport_to(rest, other).send(request, Deadline.after(PLENTY_S))
        assert response.status == status
        assert response.headers["location"] == location
        assert other.received == []
    assert len(rest.received) == 1


def test_case_42_nothing_falls_back_from_https_to_http(rest: Rest, authority: Authority) -> None:
    with Rest(tls=authority.server_context(), fault=faults.redirect(rest.url + "/health")) as safe:
        transport = transport_to(safe, rest, environment={"SSL_CERT_FILE": str(authority.bundle)})
        response = transport.send(Request("GET", safe.url + "/health"), Deadline.after(PLENTY_S))
    assert response.status == 302
    assert rest.received == []
