from pathlib import Path

import pytest

from nexcred.errors import UsageError
from nexcred.stores.locate import open_store


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
    store = open_store(address, folders["data"])
    assert store.location == open_store(path.format(**folders), folders["data"]).location
    assert not store.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://host/vault.db",
        "postgresql://host/vault",
        "file://host/vault.db",
        "file:vault.db",
        "file:///v.db?mode=memory",
        "file:///v.db#x",
        "file:///%ff",
        "file:///%00",
        "with\0nul",
        "file://[broken/v.db",
        "~nobody-of-this-name/v.db",
    ],
)
def test_anything_else_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(UsageError):
        open_store(address, tmp_path)
