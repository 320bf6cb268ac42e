"""What `ci/` and the Dockerfile hold, by the platforms' schemas and by linters: what they do, the pages' tests run."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from scripts.blocks import blocks_of
from scripts.jobs import action_steps, component_jobs

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "ci/github/action.yml"
COMPONENT = ROOT / "ci/gitlab/templates/nexcred.yml"
_GIT_VAULT = {"vault": "git+https://git.example/acme/vault.git", "identity-command": "print-identity"}
_ALL = {**_GIT_VAULT, "audience": "sts.amazonaws.com", "aws-role": "arn:aws:iam::123456789012:role/EXAMPLE"}
_OF_COMPONENT = {**_ALL, "source": "git+https://git.example/acme/nexcred.git@v1"}


def linted(program: str, *words: str | Path, stdin: str = "") -> str:
    """Return what a linter finds, which is to be nothing."""
    path = shutil.which(program, path=f"{Path(sys.executable).parent}")
    assert path is not None, f"needs {program}: pip install --group live"
    done = subprocess.run([path, *words], input=stdin, text=True, capture_output=True, timeout=60, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def fits(schema: str, text: str, folder: Path) -> str:
    written = folder / "written.yml"
    written.write_text(text)
    return linted("check-jsonschema", "--builtin-schema", f"vendor.{schema}", written)


def test_the_action_is_one_for_github(tmp_path: Path) -> None:
    assert fits("github-actions", ACTION.read_text(), tmp_path) == ""
    assert linted("zizmor", "--quiet", "--offline", "--persona=pedantic", ACTION) == ""


def test_the_component_makes_a_job_for_gitlab(tmp_path: Path) -> None:
    """The part with its inputs is no pipeline: GitLab has a schema for what it becomes with them."""
    assert fits("gitlab-ci", yaml.safe_dump(component_jobs(_OF_COMPONENT)), tmp_path) == ""
    spec = yaml.safe_load(COMPONENT.read_text().split("\n---\n")[0])["spec"]
    assert all(one.keys() <= {"description", "default"} and one["description"] for one in spec["inputs"].values())


@pytest.mark.parametrize("page", ["ci.md", "ci-without-secrets.md"])
def test_the_jobs_on_a_page_are_ones_of_their_platform(page: str, tmp_path: Path) -> None:
    jobs = [block.text for block in blocks_of((ROOT / "docs" / page).read_text()) if block.kind == "yaml"]
    assert jobs
    for job in jobs:
        assert fits("github-workflows" if "\njobs:" in job else "gitlab-ci", job, tmp_path) == ""


@pytest.mark.parametrize("schema", ["github-actions", "github-workflows", "gitlab-ci"])
def test_the_schemas_find_mistakes(schema: str, tmp_path: Path) -> None:
    mistaken = {
        "github-actions": "name: a\nruns: {using: composite}\n",
        "github-workflows": "on: push\njobs: {a: {steps: [{run: 'true'}]}}\n",
        "gitlab-ci": "job: {script: {a: b}}\n",
    }
    assert fits(schema, mistaken[schema], tmp_path) != ""


def test_shellcheck_finds_nothing_in_the_steps() -> None:
    for step in action_steps(_ALL):
        assert linted("shellcheck", "--shell=bash", "-", stdin=step["run"]) == ""
    (job,) = component_jobs(_OF_COMPONENT).values()
    # GitLab runs them as one script.
    assert linted("shellcheck", "--shell=sh", "--exclude=SC2016", "-", stdin="\n".join(job["before_script"])) == ""


def test_no_input_is_a_part_of_a_script() -> None:
    """Each is a variable: what somebody names a branch is never run."""
    assert all("${{" not in step["run"] for step in yaml.safe_load(ACTION.read_text())["runs"]["steps"])
    assert "$[[" not in COMPONENT.read_text().split("before_script:")[1]


def test_the_dockerfile_is_as_hadolint_wants_it() -> None:
    assert linted("hadolint", "--no-color", ROOT / "Dockerfile") == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "the job needs the right to a token: permissions: id-token: write"),
        ({"audience": "", "aws-role": "", "vault": "one\ntwo"}, "an input of nexcred has one line"),
    ],
    ids=["no right", "two lines"],
)
def test_the_action_says_what_is_wrong(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    steps = [step for step in action_steps({**_ALL, **changed}) if "pip install" not in step["run"]]
    (tmp_path / "env").touch()
    given = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "RUNNER_TEMP": str(tmp_path)}
    for step in steps:
        environment = {**given, "GITHUB_ENV": str(tmp_path / "env"), **step["env"]}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            break
    assert (done.returncode, done.stdout) == (1, f"::error::{said}\n")
    assert (tmp_path / "env").read_text() == ""
