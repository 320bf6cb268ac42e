"""Connectors of the user's own: found beside the catalogue's, and refused where they could be somebody else's."""

import os
from pathlib import Path

import pytest

from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.load.index import built_in_first, known_systems
from nexcred.connectors.load.loader import hosts_to_keep, load_all, load_connector
from nexcred.connectors.load.names import CATALOGUE, Folders, connector_names, known_folders
from nexcred.errors import SpecError
from nexcred.nexla.lookup import connector_of
from tests.support.import_readings import read_dotenv
from tests.unit.connectors.specs import SPEC, changed

AS_AHA = changed('name = "acme"', 'name = "aha"')
REPLACING = changed('title = "Acme"', 'title = "Acme"\nreplaces_built_in = true', AS_AHA)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    own = tmp_path / "connectors"
    own.mkdir(mode=0o755)
    return Folders(CATALOGUE, own)


def put(folders: Folders, name: str, text: str, mode: int = 0o644) -> Path:
    assert folders.own
    path = folders.own / f"{name}.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def refused(name: str, folders: Folders) -> SpecError:
    with pytest.raises(SpecError) as caught:
        load_connector(name, folders)
    return caught.value


def test_the_folder_is_where_the_platform_keeps_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert known_folders() == Folders(CATALOGUE, tmp_path / "nexcred" / "connectors")


def test_without_a_home_there_are_the_built_in_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as on a machine that knows no such user
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    assert known_folders() == Folders(CATALOGUE, None)
    assert "aha" in connector_names()


def test_it_says_where_it_comes_from(folders: Folders) -> None:
    path = put(folders, "acme", SPEC)
    assert load_connector("acme", folders).file == str(path)
    assert load_connector("aha", folders).file == ""


def test_one_may_be_a_link_to_where_it_is_kept(folders: Folders, tmp_path: Path) -> None:
    kept = tmp_path / "kept.toml"
    kept.write_text(SPEC)
    assert folders.own
    (folders.own / "acme.toml").symlink_to(kept)
    assert load_connector("acme", folders).name == "acme"


@pytest.mark.parametrize("mode", [0o664, 0o646, 0o666])
def test_what_others_can_write_is_refused(folders: Folders, mode: int) -> None:
    path = put(folders, "acme", SPEC, mode)
    error = refused("acme", folders)
    assert f"others can write {path} (mode {mode:04o})" in error.message
    assert error.hint == f"take that away with: chmod go-w {path}"


def test_a_folder_that_others_can_write_is_refused(folders: Folders) -> None:
    put(folders, "acme", SPEC)
    assert folders.own
    folders.own.chmod(0o777)
    assert f"others can write {folders.own}" in refused("acme", folders).message


def test_what_a_link_leads_to_must_not_be_theirs_either(folders: Folders, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "acme.toml").write_text(SPEC)
    assert folders.own
    (folders.own / "acme.toml").symlink_to(shared / "acme.toml")
    shared.chmod(0o777)
    assert f"others can write {shared}" in refused("acme", folders).message


def test_what_belongs_to_somebody_else_is_refused(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(folders, "acme", SPEC)
    if os.geteuid() == 0:
        os.chown(path, 12345, -1)
    else:  # only root can give a file away
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert "belongs to another user" in refused("acme", folders).message


def test_a_built_in_name_is_refused_unless_the_file_says_that_it_replaces_it(folders: Folders) -> None:
    put(folders, "aha", AS_AHA)
    error = refused("aha", folders)
    assert error.message.endswith("has the name of the built-in connector 'aha'")
    assert "replaces_built_in = true" in error.hint
    put(folders, "aha", REPLACING)
    assert load_connector("aha", folders).title == "Acme"


def test_what_replaces_a_built_in_one_has_its_hosts_and_no_others(folders: Folders) -> None:
    put(folders, "aha", REPLACING)
    connector = load_connector("aha", folders)
    built_in = load_connector("aha", Folders(CATALOGUE))
    kept = hosts_to_keep(connector, connector.methods[0], folders)
    assert set(kept) == {host for method in built_in.methods for host in declared_hosts(method)}
    assert "{tenant}.acme.test" not in kept


def test_one_that_replaces_nothing_has_the_hosts_that_it_declares(folders: Folders) -> None:
    put(folders, "acme", SPEC)
    connector = load_connector("acme", folders)
    assert hosts_to_keep(connector, connector.methods[0], folders) == ("{tenant}.acme.test",)


def test_a_broken_one_is_told_and_the_others_are_there(folders: Folders) -> None:
    put(folders, "acme", SPEC)
    put(folders, "broken", "name = ")
    put(folders, "aha", AS_AHA)
    told: list[SpecError] = []
    names = [connector.name for connector in load_all(folders, told.append)]
    assert "acme" in names
    assert "resci" in names
    assert {"broken", "aha"}.isdisjoint(names)
    assert len(told) == 2
    with pytest.raises(SpecError):
        load_all(folders)


def test_no_file_of_the_users_own_is_guessed_before_a_built_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "nexcred" / "connectors"
    folder.mkdir(parents=True)
    for above in (folder, folder.parent):
        above.chmod(0o755)
    nexla_type = load_connector("postgres").nexla_types[0]
    spec = changed('name = "acme"', f'name = "aaa"\nnexla_types = ["{nexla_type}"]')
    spec = changed("  secret = true\n", '  secret = true\n  env = "STRIPE_API_KEY"\n', spec)
    spec = changed("  pattern =", '  required = false\n  default = "x"\n  pattern =', spec)
    put(Folders(CATALOGUE, folder), "aaa", spec)
    assert built_in_first(known_systems())[-1].name == "aaa"
    assert connector_of(nexla_type).name == "postgres"
    (found,) = read_dotenv(b"STRIPE_API_KEY=sk_test_EXAMPLE\n").found
    assert found.connector == "stripe"
