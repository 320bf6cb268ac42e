import pytest

from nexcred.http.hostnames import is_loopback, is_private_name, parse_host


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("API.Example.COM", "api.example.com"),
        ("api.example.com.", "api.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("ｅｘａｍｐｌｅ。com", "example.com"),  # full-width letters and an ideographic full stop
        ("_acme.example.com", "_acme.example.com"),
    ],
)
def test_a_name_has_one_spelling(written: str, name: str) -> None:
    assert parse_host(written).name == name


def test_a_look_alike_shows_as_punycode() -> None:
    assert parse_host("аha.io").name == "xn--ha-6kc.io"  # a Cyrillic а


@pytest.mark.parametrize(
    "written",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.",
        "１２７.０.０.１",
    ],
)  # fmt: skip
def test_every_notation_of_an_address_is_the_address(written: str) -> None:
    host = parse_host(written)
    assert host.name == "127.0.0.1"
    assert host.address is not None
    assert is_loopback(host)


def test_an_ipv6_address_keeps_its_brackets_in_a_url() -> None:
    host = parse_host("[0:0::0:1]")
    assert (host.name, host.in_url, is_loopback(host)) == ("::1", "[::1]", True)


@pytest.mark.parametrize(
    "written",
    [
        "", ".", "..", "a..b", "-a.example", "a-.example", "a b.example", "a%2eexample", "exa/mple", "1.2.3.4.5",
        "256.0.0.1", "1.0x", "0x.1", "x" * 64 + ".example", ".".join(["x" * 60] * 5), "[::1", "[::1%eth0]", "[x]",
        "\u200b.example", "xn--\ud800.example", "a\x00b.example",
    ],
)  # fmt: skip
def test_what_no_host_is_called_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"it is not|zone"):
        parse_host(written)


@pytest.mark.parametrize("name", ["localhost", "intranet", "printer.local", "metadata.google.internal", "a.localhost"])
def test_names_of_local_networks_are_known(name: str) -> None:
    assert is_private_name(parse_host(name))


@pytest.mark.parametrize("name", ["api.example.com", "local.example.com", "notlocal.com"])
def test_other_names_are_not_taken_for_them(name: str) -> None:
    assert not is_private_name(parse_host(name))
