"""URLs of vaults in PostgreSQL."""

import pytest

from nexcred.errors import UsageError
from nexcred.stores.postgresql.address import Address, read_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgresql://db.example/vaults", Address("db.example", 5432, "vaults", "nexcred")),
        ("postgres://db.example/vaults", Address("db.example", 5432, "vaults", "nexcred")),
        (
            "postgresql://ada@db.example:6432/my%20vaults?schema=team_1&sslmode=verify-ca",
            Address("db.example", 6432, "my vaults", "team_1", "ada", "verify-ca"),
        ),
        (
            "postgresql://[2001:db8::1]:1/v?sslrootcert=/etc/ca.pem&service=vaults",
            Address("2001:db8::1", 1, "v", "nexcred", root_certificate="/etc/ca.pem", service="vaults"),
        ),
    ],
)
def test_a_url_says_where_and_how(url: str, address: Address) -> None:
    assert read_address(url) == address


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("postgres://ada@db.example/vaults?sslmode=require", "postgresql://db.example:5432/vaults?schema=nexcred"),
        ("postgresql://DB.example/my%20vaults", "postgresql://db.example:5432/my%20vaults?schema=nexcred"),
        ("postgresql://[2001:db8::1]/v?schema=s", "postgresql://[2001:db8::1]:5432/v?schema=s"),
    ],
)
def test_a_location_is_the_same_whoever_logs_in_and_however(url: str, location: str) -> None:
    assert read_address(url).location == location
    assert read_address(location).location == location


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:hidden-EXAMPLE@db.example/vaults",
        "postgresql://:hidden-EXAMPLE@db.example/vaults",
        "postgresql://db.example/vaults?password=hidden-EXAMPLE",
        "postgresql://db.example/vaults?PASSWORD=hidden-EXAMPLE",
        "postgresql://db.example/vaults?sslpassword=hidden-EXAMPLE",
        "postgresql://ada:hidden-EXAMPLE@db.example:port/vaults",
        "postgresql://ada:hidden-EXAMPLE@/vaults",
        "postgresql://ada:hidden-EX/AMPLE@db.example/vaults",
        "postgresql://ada:hidden-EXAMPLE@[db/vaults",
    ],
)
def test_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_address(url)
    assert "hidden" not in refused.value.message + refused.value.hint


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql:", "names a host and a database"),
        ("postgresql://db.example", "names a host and a database"),
        ("postgresql:///vaults", "names a host and a database"),
        ("postgresql://db.example/a/b", "names a host and a database"),
        ("postgresql://db.example/v#f", "names a host and a database"),
        ("postgresql://db.example/v%00", "names a host and a database"),
        ("postgresql://%2Fvar%2Frun/v", "at one host, reached over the network"),
        ("postgresql://one,two/v", "at one host"),
        ("postgresql://db.example:99999/v", "cannot be read"),
        ("postgresql://db.example/%ff", "cannot be read"),
        ("postgresql://db.example/v?schema", "cannot be read"),
        ("postgresql://db.example/v?schema=", "schema has up to 63"),
        ("postgresql://db.example/v?schema=Team", "schema has up to 63"),
        ("postgresql://db.example/v?schema=pg_catalog", "schema has up to 63"),
        ('postgresql://db.example/v?schema=a";drop', "schema has up to 63"),
        ("postgresql://db.example/v?schema=a&schema=b", "twice"),
        ("postgresql://db.example/v?sslmode=prefer", "sslmode must be one of: verify-full"),
        ("postgresql://db.example/v?options=-c%20x", "has no 'options'"),
        ("postgresql://db.example/v?%1b[2J=1", "has no '\\x1b[2J'"),
    ],
)
def test_what_is_no_url_of_a_vault_is_refused(url: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_address(url)
    assert words in refused.value.message
