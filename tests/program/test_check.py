"""`nexcred check`, and `run` by the project file."""

import json
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep
from tests.support.standins.aventri import Aventri

TEXT = """
default_profile = "dev"
credentials = ["prod"]
[profile.dev]
[profile.ci.env]
RESCI_KEY = "other/api_key"
"""


@pytest.fixture
def project(opened: Opened) -> Opened:
    keep(opened, "prod")
    (opened.home / "nexcred.toml").write_text(TEXT)
    return opened


def _statuses(program: Opened, *arguments: str) -> tuple[int, dict[str, str]]:
    ran = program("check", *arguments, "--json")
    return ran.code, {one["name"]: one["status"] for one in json.loads(ran.out)}


def test_what_is_missing_is_told_with_the_command_that_mends_it(project: Opened) -> None:
    assert _statuses(project) == (5, {"prod": "unverified"})
    assert _statuses(project, "--profile", "ci") == (3, {"prod": "unverified", "other": "missing"})
    told = project("check", "--profile", "ci")
    assert told.code == 3
    assert "RESCI_KEY" in told.out
    assert "nexcred probe 'prod'" in told.err
    assert "nexcred add CONNECTOR 'other'" in told.err
    (project.home / "nexcred.toml").write_text('[env]\nX = "prod/api_kee"')
    assert _statuses(project) == (3, {"prod": "missing"})
    assert "did you mean 'api_key'?" in project("check").err


def test_the_variable_names_the_profile_and_the_flag_decides(project: Opened) -> None:
    environment = {"NEXCRED_PROFILE": "ci"}
    assert project("check", environment=environment).code == 3
    assert project("check", "--profile", "dev", environment=environment).code == 5
    assert project("check", "--profile", "cl").code == 3


def test_a_probe_proves_it(opened: Opened, aventri: Aventri) -> None:
    assert opened.add(aventri, "--no-probe").code == 0
    assert _statuses(opened, "-c", "aventri") == (5, {"aventri": "unverified"})
    assert _statuses(opened, "-c", "aventri", "--probe") == (0, {"aventri": "ready"})
    assert _statuses(opened, "-c", "Aventri", "--probe") == (0, {"aventri": "ready"})


def test_what_is_not_shared_is_told_to_a_guest(project: Opened) -> None:
    keep(project, "other")
    guest = invite(project, "ci", "--grant", "other")
    file = ("--project", str(project.home / "nexcred.toml"))
    assert _statuses(guest, *file, "--profile", "ci") == (10, {"prod": "not_granted", "other": "unverified"})
    assert guest("check", *file, "--probe").code == 10
    assert "--with 'ci'" in guest("check", *file, "--profile", "ci").err


def test_two_that_want_one_variable_are_told_before_the_deploy(project: Opened) -> None:
    keep(project, "other")
    (project.home / "nexcred.toml").write_text('credentials = ["prod", "other"]')
    ran = project("check")
    assert (ran.code, ran.out) == (2, "")
    assert "both set RESCI_API_KEY" in ran.err


def test_run_hands_over_what_the_project_names(project: Opened) -> None:
    keep(project, "other")
    below = project.home / "a" / "b"
    below.mkdir(parents=True)
    show = ("--", "sh", "-c", "echo $RESCI_API_KEY $RESCI_KEY")
    assert project("run", *show).out.split() == [KEY.format("prod")]
    assert project("run", "--profile", "ci", *show).out.split() == [KEY.format("prod"), KEY.format("other")]
    assert project("run", "-c", "other", *show).out.split() == [KEY.format("other")], "flags leave the file aside"
    alone = project("run", "--profile", "dev", "--env", "RESCI_KEY=other/api_key", *show)
    assert alone.out.split() == [KEY.format("prod"), KEY.format("other")], "or come on top of a profile"
    other = project.home / "elsewhere.toml"
    other.write_text('[env]\nRESCI_KEY = "other/api_key"')
    assert project("run", "--project", str(other), *show).out.split() == [KEY.format("other")]
    missing = project("run", "--project", "none.toml", *show)
    assert (missing.code, missing.out) == (125, "")


def test_show_names_the_projects_and_the_last_use(project: Opened) -> None:
    never = json.loads(project("show", "prod", "--json").out)
    assert (never["last_used_at"], never["projects"]) == (None, [])
    assert project("check").code == 5
    seen = json.loads(project("show", "prod", "--json").out)
    assert (seen["last_used_at"], seen["projects"]) == (None, [str(project.home)])
    assert project("run", "--", "true").code == 0
    used = json.loads(project("show", "prod", "--json").out)
    assert used["last_used_at"] is not None
    page = project("show", "prod").out
    assert "last used" in page
    assert str(project.home) in page
    (event, *_) = json.loads(project("audit", "prod", "--json").out)
    assert (event["action"], event["project"]) == ("run", str(project.home))


def test_without_a_project_file_the_way_is_told(opened: Opened) -> None:
    ran = opened("check")
    assert ran.code == 3
    assert "-c NAME" in ran.err
    assert Path(opened.home / "nexcred.toml").exists() is False
