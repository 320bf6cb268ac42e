"""`export` hands over one login and no mixture, to each shell in its own syntax."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.support.made_values import service_account
from tests.support.opened import Opened

SHELLS = {
    "bash": ("env", ["bash", "-euc", '. "$0"; env -0']),
    "dash": ("env", ["dash", "-euc", '. "$0"; env -0']),
    "zsh": ("env", ["zsh", "-f", "-euc", '. "$0"; env -0']),
    "fish": ("fish", ["fish", "-N", "-c", "source $argv[1]; env -0"]),
}
PEM = "-----BEGIN CERTIFICATE-----\nEXAMPLE\n-----END CERTIFICATE-----\n"
STALE = {"AWS_PROFILE": "stale", "AWS_SESSION_TOKEN": "stale", "AWS_REGION": "ap-south-1"}
VALUES: dict[str, tuple[str, dict[str, object]]] = {
    "lake": ("s3", {"access_key_id": "AKIAIOSFODNN7EXAMPLE", "secret_key": "secret-EXAMPLE"}),
    "pg": ("postgres", {"host": "h", "database": "d", "username": "u", "password": "p-EXAMPLE", "ca_certificate": PEM}),
    "my": ("mysql", {"host": "h", "username": "u", "password": "p-EXAMPLE", "ca_certificate": PEM}),
    "files": ("gcs", {"service_account_key": service_account()}),
}


@pytest.fixture
def holding(opened: Opened) -> Opened:
    for name, (connector, values) in VALUES.items():
        body = {"name": name, "credentials_type": connector, "credentials": values}
        added = opened("add", "--from", "-", "--no-probe", stdin=json.dumps(body).encode())
        assert added.code == 0, added.err
    return opened


@pytest.mark.parametrize(("form", "shell"), SHELLS.values(), ids=SHELLS)
def test_a_shell_loses_what_would_have_it_log_in_otherwise(holding: Opened, form: str, shell: list[str]) -> None:
    assert holding("export", "lake", "--format", form, "-o", "exported").code == 0
    printed = subprocess.run(
        [*shell, str(holding.home / "exported")],
        env={"PATH": os.environ["PATH"], "HOME": str(holding.home), **STALE},
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = dict(line.split("=", 1) for line in printed.split("\0") if "=" in line)
    assert (found["AWS_ACCESS_KEY_ID"], found["AWS_REGION"]) == ("AKIAIOSFODNN7EXAMPLE", "ap-south-1")
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN"} & found.keys()


def test_powershell_is_told_the_same(holding: Opened) -> None:
    lines = holding("export", "lake", "--format", "powershell").out.splitlines()
    assert {"$env:AWS_PROFILE = $null", "$env:AWS_SESSION_TOKEN = $null"} <= set(lines)
    assert lines.index("$env:AWS_PROFILE = $null") < lines.index("$env:AWS_ACCESS_KEY_ID = 'AKIAIOSFODNN7EXAMPLE'")


def test_what_one_credential_sets_another_does_not_unset(holding: Opened) -> None:
    body = {"name": "apart", "credentials_type": "databricks", "credentials": {
        "base_url": "https://a.cloud.databricks.com", "access_token": "dapi-EXAMPLE"}}  # fmt: skip
    assert holding("add", "--from", "-", "--no-probe", stdin=json.dumps(body).encode()).code == 0
    unset, *others = holding("export", "apart", "lake", "--format", "env").out.splitlines()
    names = {line.removeprefix("export ").partition("=")[0] for line in others}
    assert unset.startswith("unset AWS_")
    assert not names & set(unset.split())


@pytest.mark.parametrize("form", ["dotenv", "gha"])
def test_what_cannot_unset_says_so(holding: Opened, form: str) -> None:
    told = holding("export", "lake", "--format", form, "-o", "out", environment={"AWS_PROFILE": "x", "PGSERVICE": "x"})
    assert "AWS_PROFILE is set here, and --format" in told.err
    assert "can unset nothing" in told.err
    assert "PGSERVICE" not in told.err
    assert "AWS_PROFILE" not in (holding.home / "out").read_text()
    assert holding("export", "lake", "--format", form, "-o", "out").err == ""


def test_files_are_written_for_tools_that_look_for_them(holding: Opened) -> None:
    lines = holding("export", "files", "pg", "my", "--format", "env", "--files", "made").out
    script = f'{lines}\nprintf "%s\\0" "$GOOGLE_APPLICATION_CREDENTIALS" "$PGSSLROOTCERT" "$MYSQL_HOME/my.cnf"'
    printed = subprocess.run(["sh", "-c", script], capture_output=True, check=True).stdout.decode()
    paths = [Path(path) for path in printed.split("\0")[:3]]
    assert json.loads(paths[0].read_text()) == json.loads(service_account())
    assert paths[1].read_text() == PEM
    assert f'ssl-ca="{holding.home}/made/' in paths[2].read_text()
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert {path.parent.stat().st_mode & 0o777 for path in paths} == {0o700}
    again = holding("export", "files", "pg", "my", "--format", "env", "--files", "made")
    assert (again.code, again.out, again.err) == (0, lines, "")


def test_without_them_it_is_told_that_some_would_be_looked_for(holding: Opened) -> None:
    assert "--files FOLDER" in holding("export", "files", "--format", "env").err
    assert holding("export", "lake", "--format", "env").err == ""
    assert holding("export", "files", "--format", "json").err == ""


def test_a_format_that_names_no_file_takes_none(holding: Opened) -> None:
    refused = holding("export", "files", "--format", "json", "--files", "made")
    assert (refused.code, refused.out) == (2, "")
    assert "--files goes with --format env" in refused.err
    assert not (holding.home / "made").exists()


@pytest.mark.parametrize("how", ["a link", "open to others"])
def test_no_file_goes_to_a_folder_that_others_have_made(holding: Opened, how: str) -> None:
    """Whoever may write to where the folders of credentials lie, as to /tmp, could exchange the files later."""
    credential = str(json.loads(holding("show", "pg", "--json").out)["id"])
    elsewhere, place = holding.home / "elsewhere", holding.home / "placed" / credential
    elsewhere.mkdir()
    place.parent.mkdir()
    if how == "a link":
        place.symlink_to(elsewhere)
    else:
        place.mkdir()
        place.chmod(0o777)
    ran = holding("export", "pg", "--format", "env", "--files", "placed")
    assert (ran.code, ran.out) == (1, "")
    assert credential in ran.err
    assert not [*elsewhere.iterdir(), *place.iterdir()]
