from pathlib import Path

import pytest

from nexcred.errors import UsageError
from nexcred.oskeyring.access import GuardedKeyring
from nexcred.stores.git.address import read_address
from nexcred.stores.locate import open_store
from nexcred.stores.surroundings import Surroundings


def _open_at(address: str, folder: Path) -> str:
    def keyring() -> GuardedKeyring:
        raise AssertionError

    return open_store(address, Surroundings(lambda: folder, lambda: folder, keyring, {}, pytest.fail)).location


@pytest.mark.parametrize(
    ("address", "url", "location"),
    [
        ("git+ssh://git@host/org/vault.git", "ssh://git@host/org/vault.git", "git+ssh://git@host/org/vault.git"),
        ("git+ssh://host:2222/vault.git", "ssh://host:2222/vault.git", "git+ssh://host:2222/vault.git"),
        ("git+ssh://git@[::1]:22/v.git", "ssh://git@[::1]:22/v.git", "git+ssh://git@[::1]:22/v.git"),
        ("GIT+HTTPS://Host.example/v.git", "https://host.example/v.git", "git+https://host.example/v.git"),
        ("git+file:///srv/my%20v.git", "file:///srv/my%20v.git", "git+file:///srv/my%20v.git"),
        ("git+file://localhost/srv/v.git", "file:///srv/v.git", "git+file:///srv/v.git"),
        ("git@host:org/vault.git", "git@host:org/vault.git", "git@host:org/vault.git"),
        ("git@host:v.git?branch=nexcred", "git@host:v.git", "git@host:v.git"),
        ("git@host:v.git?branch=team/a", "git@host:v.git", "git@host:v.git?branch=team/a"),
        ("git+file:///v.git?fresh=5m&branch=x", "file:///v.git", "git+file:///v.git?branch=x"),
    ],
)
def test_an_address_has_one_location(tmp_path: Path, address: str, url: str, location: str) -> None:
    read = read_address(address)
    assert (read.url, read.location) == (url, location)
    assert _open_at(address, tmp_path) == location


def test_how_long_it_stays_fresh_is_no_part_of_the_place() -> None:
    assert [read_address(f"git+file:///v.git{query}").fresh_s for query in ("", "?fresh=0s", "?fresh=5m")] == [
        30,
        0,
        300,
    ]


@pytest.mark.parametrize(
    "address",
    [
        *("git+ssh://", "git+ssh://host", "git+ssh://host/", "git+ssh:///v.git", "git+ssh:host/v.git"),
        *("git+ssh://-oProxyCommand=x/v.git", "git+ssh://-l@host/v.git", "git+ssh://host:x/v.git", "git+ssh://ho st/v"),
        *(
            "git+file://host/v.git",
            "git+file:v.git",
            "git+file:///v.git#x",
            "git+http://host/v.git",
            "git://host/v.git",
        ),
        *("git+ssh://h/v.git?branch=-x", "git+ssh://h/v.git?branch=a..b", "git+ssh://h/v.git?branch=a.lock"),
        *("git+ssh://h/v.git?branch=", "git+ssh://h/v.git?branch=a&branch=b", "git+ssh://h/v.git?upload-pack=x"),
        *("git+ssh://h/v.git?fresh=x", "git+ssh://h/v.git?fresh=1h", "git@host:-x", "git+ssh://h/v\n.git"),
        *("git+https://ada:secret-EXAMPLE@h/v.git", "git+https://secret-EXAMPLE@h/v.git"),
        *("git+ssh://git:secret-EXAMPLE@h/v.git", "git+ext://sh -c x"),
    ],
)
def test_anything_else_is_refused_and_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError) as error:
        _open_at(address, tmp_path)
    assert "secret-EXAMPLE" not in f"{error.value.message}{error.value.hint}"


def test_a_file_of_such_a_name_is_named_by_its_folder(tmp_path: Path) -> None:
    assert _open_at("./git@host:v.git", tmp_path).startswith("file://")
