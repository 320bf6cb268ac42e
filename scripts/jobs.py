"""The jobs of a CI definition, as a fresh machine would run them: GitHub's workflows and GitLab's pipelines."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml

_SECRET = re.compile(r"\$\{\{ secrets\.(\w+) \}\}")
# GitLab gives the variables of a project to every job.
_OF_PROJECT = {"NEXCRED_IDENTITY": "NEXCRED_IDENTITY"}


class Step(NamedTuple):
    """A script, the variables that it gets, and those of them that hold a secret of this name."""

    script: str
    variables: dict[str, str]
    secrets: dict[str, str]


def steps_of(text: str) -> Iterator[Step]:
    """Yield the steps of a definition, but for those that install something."""
    definition = yaml.safe_load(text)
    jobs = definition.get("jobs")
    for step in _of_github(definition, jobs) if jobs else _of_gitlab(definition):
        if not step.script.startswith("pip install"):
            yield step


def _of_github(workflow: Mapping[str, Any], jobs: Mapping[str, Any]) -> Iterator[Step]:
    for job in jobs.values():
        for step in job["steps"]:
            if "run" in step:
                given = {name: text for level in (workflow, job, step) for name, text in level.get("env", {}).items()}
                secrets = {name: found[1] for name, text in given.items() if (found := _SECRET.fullmatch(text))}
                plain = {name: text for name, text in given.items() if name not in secrets}
                yield Step(step["run"], {"GITHUB_ACTIONS": "true", **plain}, secrets)


def _of_gitlab(pipeline: Mapping[str, Any]) -> Iterator[Step]:
    for job in pipeline.values():
        if isinstance(job, dict) and "script" in job:
            variables = {**pipeline.get("variables", {}), **job.get("variables", {})}
            yield Step("\n".join(job["script"]), {"GITLAB_CI": "true", **variables}, _OF_PROJECT)
