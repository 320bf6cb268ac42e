"""Case 103: a file to import that asks for what unlocks the vault, to be kept where all members read it."""

import json
from pathlib import Path

import pytest

from nexcred.unlock.sources import UNLOCKING_VARIABLES
from tests.support.opened import Opened

PROFILE = """
p:
  outputs:
    d: {{type: postgres, host: h, dbname: d, user: "{{{{ env_var('{user}', 'nobody') }}}}", password: p-EXAMPLE}}
"""


@pytest.mark.parametrize("variable", UNLOCKING_VARIABLES)
def test_case_103_templates_are_not_given_what_unlocks(opened: Opened, tmp_path: Path, variable: str) -> None:
    (opened.home / "profiles.yml").write_text(PROFILE.format(user=variable))
    secret = tmp_path / "secret"
    secret.write_text(opened.environment["NEXCRED_IDENTITY"])
    secret.chmod(0o600)
    if variable == "NEXCRED_IDENTITY_FILE":
        opened.environment[variable] = str(secret)
    elif variable != "NEXCRED_IDENTITY":
        opened.environment[variable] = str(secret) if variable.endswith("_FILE") else "EXAMPLE passphrase"
    assert opened("import", "dbt", "--yes").code == 0
    shown = json.loads(opened("show", "p", "--json").out)
    assert shown["credentials_non_secure_data"] == {"host": "h", "database": "d", "username": "nobody"}


def test_case_103_what_a_file_took_of_the_environment_is_told(opened: Opened) -> None:
    (opened.home / "profiles.yml").write_text(PROFILE.format(user="OTHER_TOKEN"))
    done = opened("import", "dbt", "--dry-run", environment={"OTHER_TOKEN": "t-EXAMPLE"})
    assert done.code == 0
    assert "filled in from this environment: OTHER_TOKEN" in done.err
    assert "t-EXAMPLE" not in done.out + done.err
