"""The git credential helper with the real git, over HTTP on loopback."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.standins import StandIn
from tests.support.standins.git import GitServer

Git = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    """A server with one repository of one commit."""
    folder = tmp_path_factory.mktemp("git")
    commands = (
        ["init", "-q", "--bare", "-b", "main", "work.git"],
        ["-C", "work.git", "config", "http.receivepack", "true"],
        ["init", "-q", "-b", "main", "start"],
        [
            "-C",
            "start",
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=a@example.com",
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "1",
        ],
        ["-C", "start", "push", "-q", "../work.git", "main"],
    )
    for arguments in commands:
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    with GitServer(folder) as running:
        yield running


@pytest.fixture
def git(opened: Opened) -> Git:
    """Git as somebody has it who set the helper for every host, and nothing else."""
    shim = opened.home / "bin" / "nexcred"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {" ".join(opened.command())} "$@"\n')
    shim.chmod(0o755)
    environment = {
        **opened.environment,
        "PATH": f"{shim.parent}:{opened.environment['PATH']}",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
    }

    def run(*arguments: str, helper: str = "!nexcred helper git") -> "subprocess.CompletedProcess[str]":
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        command = ["git", "-c", f"credential.helper={helper}", *identity, *arguments]
        return subprocess.run(
            command, cwd=opened.home, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def add(opened: Opened, server: StandIn, name: str, password: str = GitServer.password) -> None:
    settings = ("--method", "basic", "--set", f"base_url={server.url}", "--set", "username=ada")
    added = opened(
        "add",
        "rest",
        name,
        *settings,
        "--set",
        "password=-",
        "--allow-host",
        server.host,
        "--no-probe",
        stdin=password.encode(),
    )
    assert added.code == 0, added.err


def test_git_clones_and_pushes_with_the_only_credential_for_its_host(
    opened: Opened, git: Git, server: GitServer
) -> None:
    add(opened, server, "git at work")
    cloned = git("clone", "-q", f"{server.url}/work.git", "clone")
    assert (cloned.returncode, cloned.stdout, cloned.stderr) == (0, "", "")
    assert git("-C", "clone", "commit", "-q", "--allow-empty", "-m", "2").returncode == 0
    pushed = git("-C", "clone", "push", "-q", "origin", "main")
    assert (pushed.returncode, pushed.stdout, pushed.stderr) == (0, "", "")
    assert git("ls-remote", "--heads", f"{server.url}/work.git").stdout.endswith("refs/heads/main\n")


def test_another_host_is_told_nothing(opened: Opened, git: Git, server: GitServer, tmp_path: Path) -> None:
    add(opened, server, "git at work")
    with GitServer(tmp_path) as stranger:
        refused = git("clone", "-q", f"{stranger.url}/work.git", "clone")
        assert refused.returncode != 0
        assert "terminal prompts disabled" in refused.stderr
        assert not any("authorization" in request.headers for request in stranger.received)


def test_of_several_credentials_one_is_named(opened: Opened, git: Git, server: GitServer) -> None:
    add(opened, server, "git at work")
    add(opened, server, "spare", password="rotten-EXAMPLE")
    unsure = git("ls-remote", f"{server.url}/work.git")
    assert unsure.returncode != 0
    assert "several credentials sign in there: 'git at work', 'spare'" in unsure.stderr
    assert git("ls-remote", f"{server.url}/work.git", helper="!nexcred helper git 'git at work'").returncode == 0


def test_a_refused_password_is_not_forgotten(opened: Opened, git: Git, server: GitServer) -> None:
    add(opened, server, "spare", password="rotten-EXAMPLE")
    refused = git("ls-remote", f"{server.url}/work.git")
    assert refused.returncode != 0
    assert "rotten-EXAMPLE" not in refused.stderr + refused.stdout
    assert opened("get", "spare/password").out == "rotten-EXAMPLE"


def test_a_token_serves_the_user_that_git_asks_for(opened: Opened, git: Git, server: GitServer) -> None:
    """By the address or by `credential.username`: the token's own user name is a placeholder."""
    words = ("add", "github", "token", "--set", "access_token=-", "--allow-host", server.host, "--no-probe")
    assert opened(*words, stdin=server.password.encode()).code == 0
    address = server.url.replace("://", f"://{server.username}@")
    asked = git("ls-remote", "--heads", f"{address}/work.git")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert git("-c", f"credential.username={server.username}", "ls-remote", f"{server.url}/work.git").returncode == 0
