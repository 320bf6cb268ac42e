"""What other programs hear when they ask: their own protocol on stdout and nothing else, for the right host alone."""

import json

import pytest

from tests.support.opened import Opened

TOKEN = "github_pat_EXAMPLE"


@pytest.fixture
def github(opened: Opened) -> Opened:
    added = opened("add", "github", "--set", "access_token=env:HELD", "--no-probe", environment={"HELD": TOKEN})
    assert added.code == 0, added.err
    return opened


def ask_git(program: Opened, host: str, *words: str) -> str:
    told = program("helper", "git", *words, "get", stdin=f"protocol=https\nhost={host}\n\n".encode())
    assert (told.code, told.err) == (0, ""), told.err
    return told.out


def test_git_gets_the_token_of_its_host_and_no_other_anything(github: Opened) -> None:
    answer = f"username=x-access-token\npassword={TOKEN}\n"
    assert ask_git(github, "github.com") == answer
    assert ask_git(github, "github.com", "github") == answer
    assert ask_git(github, "example.com") == ""
    assert ask_git(github, "example.com", "github") == ""


def test_git_changes_nothing(github: Opened) -> None:
    told = b"protocol=https\nhost=github.com\nusername=x-access-token\npassword=other-EXAMPLE\n\n"
    for operation in ("store", "erase"):
        assert github("helper", "git", operation, stdin=told) == (0, "", "")
    assert github("get", "github/access_token").out == TOKEN


def test_docker_speaks_its_own_protocol(github: Opened) -> None:
    told = github("helper", "docker", "get", stdin=b"https://ghcr.io\n")
    assert (told.code, told.err) == (0, "")
    assert json.loads(told.out) == {"ServerURL": "https://ghcr.io", "Username": "x-access-token", "Secret": TOKEN}
    assert json.loads(github("helper", "docker", "get", stdin=b"ghcr.io").out)["Secret"] == TOKEN
    assert github("helper", "docker", "get", stdin=b"https://index.docker.io/v1/\n") == (
        1,
        "credentials not found in native keychain\n",
        "",
    )
    assert github("helper", "docker", "list") == (0, "{}\n", "")
    told = github("helper", "docker", "store", stdin=b'{"ServerURL": "ghcr.io", "Username": "a", "Secret": "EXAMPLE"}')
    assert (told.code, told.err) == (1, "")
    assert "EXAMPLE" not in told.out


def test_aws_tools_get_their_keys(opened: Opened) -> None:
    held = {"ID": "AKIAIOSFODNN7EXAMPLE", "KEY": "wJalrXUtnFEMI/K7MDENG/EXAMPLEKEY", "TOKEN": "session-EXAMPLE"}
    settings = ["--set", f"access_key_id={held['ID']}", "--set", "secret_key=env:KEY"]
    assert opened("add", "s3", "user", *settings, "--no-probe", environment=held).code == 0
    settings += ["--set", "session_token=env:TOKEN"]
    assert opened("add", "s3", "role", *settings, "--no-probe", environment=held).code == 0
    keys = {"Version": 1, "AccessKeyId": held["ID"], "SecretAccessKey": held["KEY"]}
    assert json.loads(opened("helper", "aws", "user").out) == keys
    assert json.loads(opened("helper", "aws", "role").out) == {**keys, "SessionToken": held["TOKEN"]}


def test_a_helper_never_asks_and_says_nothing_on_stdout(github: Opened) -> None:
    told = github("helper", "aws", "github")
    assert (told.code, told.out) == (2, "")
    assert "'github' holds no AWS keys" in told.err
    del github.environment["NEXCRED_IDENTITY"], github.environment["NEXCRED_NO_INPUT"]
    for words in (("git", "get"), ("aws", "github"), ("docker", "get")):
        told = github("helper", *words, stdin=b"protocol=https\nhost=github.com\n\n")
        assert (told.code, told.out) == (6, "")
    assert TOKEN not in told.err


def test_a_use_is_noted_for_the_audit(github: Opened) -> None:
    ask_git(github, "github.com")
    assert "helper git" in github("audit").out


USES: dict[str, tuple[tuple[str, ...], bytes]] = {
    "git": (("helper", "git", "get"), b"protocol=https\nhost=github.com\n\n"),
    "docker": (("helper", "docker", "get"), b"https://ghcr.io\n"),
    "kube": (("helper", "kube", "github"), b""),
    "aws": (("helper", "aws", "keys"), b""),
}


@pytest.mark.parametrize("tool", USES)
def test_what_a_program_was_answered_is_a_use(github: Opened, tool: str) -> None:
    settings = ("--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=env:KEY", "--no-probe")
    assert github("add", "s3", "keys", *settings, environment={"KEY": "EXAMPLE"}).code == 0
    words, stdin = USES[tool]
    of = "keys" if tool == "aws" else "github"
    assert json.loads(github("show", of, "--json").out)["last_used_at"] is None
    answered = github(*words, stdin=stdin)
    assert answered.code == 0, answered.err
    assert json.loads(github("show", of, "--json").out)["last_used_at"] is not None
