"""Connectors are found by file name."""

import subprocess
import sys
from pathlib import Path

import pytest

from nexcred.connectors.load.loader import load_all, load_connector, load_file
from nexcred.connectors.load.names import CATALOGUE, Folders, connector_names
from nexcred.errors import SpecError, UnknownConnector
from tests.unit.connectors.specs import SPEC


def test_the_catalogue_holds_the_systems_of_the_order() -> None:
    built_in = Folders(CATALOGUE)
    assert {"aha", "amperity", "aventri", "resci", "rest"} <= set(connector_names(built_in))
    assert tuple(connector.name for connector in load_all(built_in)) == connector_names(built_in)


def test_a_mistyped_name_gets_a_suggestion() -> None:
    with pytest.raises(UnknownConnector) as caught:
        load_connector("aventry")
    assert caught.value.message == "no connector named 'aventry'"
    assert caught.value.hint == "did you mean 'aventri'? see them with: nexcred connectors list"


def test_a_file_more_is_a_connector_more(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(SPEC)
    (tmp_path / "Not A Name.toml").write_text(SPEC)
    folders = Folders(CATALOGUE, tmp_path)
    assert "acme" in connector_names(folders)
    assert "Not A Name" not in connector_names(folders)
    assert load_connector("acme", folders).title == "Acme"


def test_a_file_must_be_called_as_its_connector(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(SPEC)
    with pytest.raises(SpecError) as caught:
        load_file(tmp_path / "other.toml")
    assert caught.value.problems == (("other.toml: name", "must be 'other', as the file is called", ""),)


def test_a_file_too_large_or_unreadable_is_refused(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_bytes(b"#" * 300_000)
    with pytest.raises(SpecError, match="larger than 256 KiB"):
        load_file(tmp_path / "acme.toml")
    with pytest.raises(SpecError, match="cannot read the connector"):
        load_file(tmp_path / "gone.toml")


def test_names_are_had_without_slow_imports() -> None:
    code = (
        "import sys; from nexcred.connectors.load.names import connector_names; assert connector_names(); "
        "print([m for m in ('msgspec', 'jmespath', 'requests', 'difflib', 'tomllib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
