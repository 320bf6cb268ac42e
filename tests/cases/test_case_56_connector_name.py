"""Case 56: a connector's name is never a path."""

from pathlib import Path

import pytest

from nexcred.connectors.loader import load_connector
from nexcred.connectors.names import CATALOGUE, Folders
from nexcred.errors import UnknownConnector


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
