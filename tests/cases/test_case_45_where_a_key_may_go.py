"""Case 45: an address that is no public host of the connector is refused unless allowed; some always are."""

from ipaddress import ip_address

import pytest

from nexcred.auth.flow import Request
from nexcred.errors import HostRefused
from nexcred.http.policy import HostPolicy
from nexcred.http.transport import Transport
from nexcred.network.addresses import Address
from nexcred.network.deadline import Deadline
from tests.support.standins import Rest
from tests.support.standins.reach import PLENTY_S


def _send(url: str, policy: HostPolicy, addresses: tuple[str, ...] = ("127.0.0.1",)) -> int:
    def resolver(name: str, deadline: Deadline) -> tuple[Address, ...]:
        return tuple(ip_address(address) for address in addresses)

    transport = Transport(policy, environment={}, resolver=resolver)
    return transport.send(Request("GET", url, {"X-Api-Key": Rest.api_key}), Deadline.after(PLENTY_S)).status


@pytest.mark.parametrize(
    "host",
    ["169.254.169.254", "[::1]", "[::ffff:7f00:1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"],
)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_case_45_a_private_address_is_refused_even_as_the_users_own_host(host: str, scheme: str) -> None:
    with pytest.raises(HostRefused, match="may not be sent") as refused:
        _send(f"{scheme}://{host}/", HostPolicy((host,)))
    assert "--allow-host" in refused.value.hint


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "fd00::1", "100.64.0.1"])
def test_case_45_a_name_that_resolves_to_a_private_address_is_refused(address: str) -> None:
    with pytest.raises(HostRefused, match=f"leads to {address}"):
        _send("https://rebind.example/", HostPolicy(("rebind.example",)), ("93.184.215.14", address))


@pytest.mark.parametrize("form", ["http://127.0.0.1:{port}", "http://2130706433:{port}", "http://0x7f.1:{port}"])
def test_case_45_allow_host_opens_exactly_that_host_and_port(rest: Rest, form: str) -> None:
    with Rest() as other:
        policy = HostPolicy((), (rest.host,))
        assert _send(form.format(port=rest.port) + "/health", policy) == 200
        with pytest.raises(HostRefused):
            _send(form.format(port=other.port) + "/health", policy)
        assert other.received == []


def test_case_45_plain_http_is_refused_to_the_connectors_own_host() -> None:
    with pytest.raises(HostRefused, match="plain http"):
        _send("http://api.example.com/", HostPolicy(("api.example.com",)))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://ada@{host}/", "http://ada:pw-EXAMPLE@{host}/"])
def test_case_45_file_and_user_at_are_refused_whatever_is_allowed(rest: Rest, url: str) -> None:
    with pytest.raises(HostRefused) as refused:
        _send(url.format(host=rest.host), HostPolicy((rest.host,), (rest.host,)))
    assert "EXAMPLE" not in refused.value.message + refused.value.hint
    assert rest.received == []


def test_case_45_a_second_lookup_cannot_change_where_the_key_goes(rest: Rest) -> None:
    lookups: list[str] = []

    def resolver(name: str, deadline: Deadline) -> tuple[Address, ...]:
        lookups.append(name)
        return (ip_address("127.0.0.1"),)

    policy = HostPolicy((), (f"service.example:{rest.port}",))
    transport = Transport(policy, environment={}, resolver=resolver)
    response = transport.send(
        Request("GET", f"http://service.example:{rest.port}/health", {"X-Api-Key": rest.api_key}),
        Deadline.after(PLENTY_S),
    )
    # service.example has no address outside this test: whatever looked it up again would not get here.
    assert response.status == 200
    assert lookups == ["service.example"]
