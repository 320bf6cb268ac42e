"""The jobs of a CI definition, as a fresh machine would run them: GitHub's workflows and GitLab's pipelines.

Our own action and component, which a definition names as another repository's, are those in `ci/`.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_CI = Path(__file__).parents[1] / "ci"
_ACTION = re.compile(r"[\w.-]+/nexcred/ci/github@\S+")
_SECRET = re.compile(r"\$\{\{ secrets\.(\w+) \}\}")
_INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
_IS_GIVEN = re.compile(r"inputs\.([\w-]+) != ''")
_BEGINS = re.compile(r"startsWith\(inputs\.([\w-]+), '([^']+)'\)")
_COMPONENT_INPUT = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")
_OF_THE_JOB = "${{ github.token }}"
# GitLab gives the variables of a project, and a token, to every job.
_OF_PROJECT = {"NEXCRED_IDENTITY": "NEXCRED_IDENTITY", "CI_JOB_TOKEN": "CI_JOB_TOKEN"}
_OF_GITLAB = {"GITLAB_CI": "true", "CI_SERVER_URL": "https://gitlab.com"}
# What our component installs from: the project itself, in place of where a page says that it is kept.
_SOURCE = "NEXCRED_SOURCE"
# What GitHub gives to the steps of a job with `id-token: write`.
_TOKEN_REQUEST = {name: name for name in ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")}


class Step(NamedTuple):
    """A script, the variables that it gets, and those of them that hold a secret of this name."""

    script: str
    variables: dict[str, str]
    secrets: dict[str, str]


def steps_of(text: str) -> Iterator[Step]:
    """Yield the steps of a definition, but for those that install something by themselves."""
    definition = yaml.safe_load(text)
    jobs = definition.get("jobs")
    for step in _of_github(definition, jobs) if jobs else _of_gitlab(definition):
        if not step.script.startswith("pip install"):
            yield step


def action_steps(inputs: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield what our action does with these inputs, as steps of a workflow."""
    action = yaml.safe_load((_CI / "github/action.yml").read_text())
    unknown = inputs.keys() - action["inputs"].keys()
    missing = {name for name, said in action["inputs"].items() if said.get("required")} - inputs.keys()
    if unknown or missing:
        raise ValueError(f"the action has no input {unknown}, or lacks {missing}")
    given = {name: said.get("default", "") for name, said in action["inputs"].items()} | dict(inputs)
    for step in action["runs"]["steps"]:
        if _holds(step.get("if", ""), given):
            env = {name: _INPUT.sub(lambda found: given[found[1]], text) for name, text in step.get("env", {}).items()}
            yield {"run": step["run"], "env": {"GITHUB_ACTION_PATH": str(_CI / "github"), **env}}


def component_jobs(inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return the jobs of our component with these inputs."""
    said, jobs = (_CI / "gitlab/templates/nexcred.yml").read_text().split("\n---\n")
    spec = yaml.safe_load(said)["spec"]["inputs"]
    given = {name: one["default"] for name, one in spec.items() if "default" in one} | dict(inputs)
    if given.keys() != spec.keys():
        raise ValueError(f"the component takes {list(spec)}")
    made: dict[str, Any] = _with_inputs(yaml.safe_load(jobs), given)
    return made


def _with_inputs(part: Any, given: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _with_inputs(one, given) for name, one in part.items()}
    if isinstance(part, list):
        return [_with_inputs(one, given) for one in part]
    return _COMPONENT_INPUT.sub(lambda found: given[found[1]], part)


def _of_github(workflow: Mapping[str, Any], jobs: Mapping[str, Any]) -> Iterator[Step]:
    for job in jobs.values():
        rights = job.get("permissions", workflow.get("permissions", {}))
        request = _TOKEN_REQUEST if rights.get("id-token") == "write" else {}
        for step in job["steps"]:
            ours = _ACTION.fullmatch(step.get("uses", ""))
            for one in action_steps(step["with"]) if ours else [step]:
                if "run" in one:
                    given = {
                        name: text for level in (workflow, job, one) for name, text in level.get("env", {}).items()
                    }
                    named = {name: _secret_named(text) for name, text in given.items()}
                    secrets = {name: secret for name, secret in named.items() if secret}
                    plain = {name: text for name, text in given.items() if name not in secrets}
                    yield Step(one["run"], {"GITHUB_ACTIONS": "true", **plain}, {**request, **secrets})


def _secret_named(text: str) -> str:
    found = _SECRET.fullmatch(text)
    return found[1] if found else "GITHUB_TOKEN" if text == _OF_THE_JOB else ""


def _holds(condition: str, inputs: Mapping[str, str]) -> bool:
    if found := _IS_GIVEN.fullmatch(condition):
        return inputs[found[1]] != ""
    if found := _BEGINS.fullmatch(condition):
        return inputs[found[1]].startswith(found[2])
    if condition:
        raise ValueError(f"what does '{condition}' mean?")
    return True


def _of_gitlab(pipeline: Mapping[str, Any]) -> Iterator[Step]:
    included = {
        name: job for one in pipeline.get("include", []) for name, job in component_jobs(one.get("inputs", {})).items()
    }
    for job in pipeline.values():
        if isinstance(job, dict) and "script" in job:
            base = included[job["extends"]] if "extends" in job else {}
            levels = (pipeline, base, job)
            variables = {name: text for level in levels for name, text in level.get("variables", {}).items()}
            if _SOURCE in variables:
                variables[_SOURCE] = str(_CI.parent)
            lines = ['test -n "$NEXCRED_IDENTITY" || unset NEXCRED_IDENTITY']
            lines += [_signed(name, token["aud"]) for name, token in {**base, **job}.get("id_tokens", {}).items()]
            lines += base.get("before_script", [])  # a job's own installs something
            lines += [line for line in job["script"] if not line.startswith("pip install")]
            yield Step("\n".join(lines), {**_OF_GITLAB, **variables}, _OF_PROJECT)


def _signed(name: str, audience: str) -> str:
    """Return what stands for GitLab's signing a token before the job begins."""
    asked = "curl -sSf --get https://gitlab.com/stand-in/token"
    return f"export {name}=\"$({asked} --data-urlencode 'audience={audience}')\""
