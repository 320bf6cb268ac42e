from pathlib import Path

import pytest

from nexcred.errors import UsageError
from nexcred.oskeyring.access import GuardedKeyring
from nexcred.stores.locate import open_store
from nexcred.stores.surroundings import Surroundings
from nexcred.vault.store import Store


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (None, "{data}/vault.db"),
        ("team.db", "{here}/team.db"),
        ("sub/../team.db", "{here}/team.db"),
        ("/srv/v.db", "/srv/v.db"),
        ("file:///srv/my%20v%3F.db", "/srv/my v?.db"),
        ("FILE:///srv/v.db", "/srv/v.db"),
        ("file://localhost/srv/v.db", "/srv/v.db"),
        ("~/v.db", "{home}/v.db"),
        ("odd?name#.db", "{here}/odd?name#.db"),
        ("a:b.db", "{here}/a:b.db"),
    ],
)
def test_a_path_or_url_names_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str | None, path: str
) -> None:
    folders = {name: tmp_path / name for name in ("data", "here", "home")}
    for folder in folders.values():
        folder.mkdir()
    monkeypatch.setenv("HOME", str(folders["home"]))
    monkeypatch.chdir(folders["here"])
    store = _open(address, folders["data"])
    assert store.location == _open(path.format(**folders), folders["data"]).location
    assert not store.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://host/vault.db",
        "mysql://host/vault",
        "file://host/vault.db",
        "file:vault.db",
        "file:///v.db?mode=memory",
        "file:///v.db#x",
        "file:///%ff",
        "file:///%00",
        "with\0nul",
        "file://[broken/v.db",
        "~nobody-of-this-name/v.db",
        "keyring://host/x",
        "keyring:Prod",
        "keyring:../x",
        "keyring:-x",
        "keyring:" + 41 * "x",
    ],
)
def test_anything_else_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError):
        _open(address, tmp_path)


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("keyring:", "keyring:"),
        ("KEYRING:", "keyring:"),
        ("keyring:default", "keyring:"),
        ("keyring:team-2.prod", "keyring:team-2.prod"),
    ],
)
def test_a_vault_in_the_keyring_has_a_name(tmp_path: Path, address: str, location: str) -> None:
    assert _open(address, tmp_path).location == location


def _open(address: str | None, folder: Path) -> Store:
    def keyring() -> GuardedKeyring:
        raise AssertionError("nothing is opened yet")

    return open_store(address, Surroundings(lambda: folder, lambda: folder, keyring, {}, lambda _: None))
