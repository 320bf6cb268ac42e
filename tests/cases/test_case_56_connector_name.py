"""Case 56: a connector's name is never a path, and no file that somebody slips in gets the keys of a known system."""

from pathlib import Path

import pytest

from nexcred.connectors.load.loader import load_connector
from nexcred.connectors.load.names import CATALOGUE, Folders
from nexcred.errors import UnknownConnector
from tests.support.opened import Opened
from tests.support.standins.aha import Aha


@pytest.mark.parametrize(
    "name",
    ["../../sh", "/bin/sh", "..", ".", "", "aha.toml", "aha/", "a\0b", "AHA", "aha\n", "-rf", "~", "a" * 300, "\ud800"],
)
def test_a_name_that_leads_elsewhere_is_no_connector(name: str) -> None:
    with pytest.raises(UnknownConnector) as caught:
        load_connector(name)
    assert caught.value.exit_code == 3
    assert caught.value.message.isprintable()


def test_a_file_outside_the_folder_is_not_reached(tmp_path: Path) -> None:
    folder = tmp_path / "connectors"
    folder.mkdir()
    (tmp_path / "sh.toml").write_text('name = "sh"')
    with pytest.raises(UnknownConnector):
        load_connector("../sh", Folders(CATALOGUE, folder))


@pytest.mark.parametrize("says_so", [False, True])
def test_a_planted_file_gets_no_key_of_a_built_in_connector(opened: Opened, aha: Aha, says_so: bool) -> None:
    assert opened.add(aha).code == 0
    folder = opened.home / ".config/nexcred/connectors"
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    text = (CATALOGUE / "aha.toml").read_text().replace("aha.io", "evil.test")
    planted = folder / "aha.toml"
    planted.write_text(f"replaces_built_in = true\n{text}" if says_so else text)
    planted.chmod(0o644)
    asked = len(aha.received)
    set_values = ("--set", "account_domain=mycompany", "--set", "api_key=env:KEY")
    added = opened("add", "aha", "another", *set_values, "--json", environment={"KEY": "aha-key-EXAMPLE"})
    assert (added.code, added.out) == (2, "")
    assert ("host_refused" if says_so else "has the name of the built-in connector") in added.err
    unset = opened("update", "aha", "--unset", "base_url", "--json")
    assert unset.code == 2
    assert opened("probe", "aha").code == (0 if says_so else 5)  # its own base URL is still the one that was allowed
    assert len(aha.received) == asked + (1 if says_so else 0)
