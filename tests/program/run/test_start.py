"""How `nexcred run` starts a command: as execvp(3) does, from the environment that it was given itself."""

import subprocess

import pytest

from tests.support.opened import Opened
from tests.support.program import Ran

# Becoming the command, and beside it.
WAYS = {"become": [], "beside": ["--mask"]}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> list[str]:
    return WAYS[request.param]


def run_script(program: Opened, way: list[str], text: bytes, *arguments: str) -> Ran:
    """Run a file of that text, which may be executed."""
    script = program.home / "script"
    script.write_bytes(text)
    script.chmod(0o755)
    return program("run", *way, "--", "./script", *arguments)


def test_the_empty_command_is_none(opened: Opened, way: list[str]) -> None:
    """As in 99designs/aws-vault#1007."""
    ran = opened("run", *way, "--", "")
    assert (ran.code, ran.err.splitlines()[0]) == (127, "nexcred: error: the command is empty")


@pytest.mark.parametrize(
    ("program", "told", "hint"),
    [
        ("envv", "there is no program 'envv' on the PATH", "did you mean 'env'?"),
        ("no-such-EXAMPLE", "there is no program 'no-such-EXAMPLE' on the PATH", ""),
        ("./envv", "there is no program at './envv'", ""),
        (
            "env -u HOME",
            "there is no program 'env -u HOME' on the PATH",
            "'env' and what follows are one word: leave out the quotes, or begin with: sh -c",
        ),
    ],
)
def test_a_missing_program_is_named_with_what_was_meant(
    opened: Opened, way: list[str], program: str, told: str, hint: str
) -> None:
    folder = opened.home / "bin"
    folder.mkdir()
    (folder / "env").symlink_to("/usr/bin/env")
    ran = opened("run", *way, "--", program, environment={"PATH": f"/nonexistent:{folder}"})
    lines = [f"nexcred: error: {told}", *([f"nexcred: hint: {hint}"] if hint else [])]
    assert (ran.code, ran.out, ran.err.splitlines()) == (127, "", lines)


def test_a_script_without_a_first_line_is_the_shells(opened: Opened, way: list[str]) -> None:
    """As POSIX has it (opencontainers/runc#1773, fish-shell/fish-shell#2723)."""
    ran = run_script(opened, way, b'echo "$0 <$1> <$2>"\nexit 3\n', "a b", "")
    assert (ran.code, ran.out, ran.err) == (3, "./script <a b> <>\n", "")
    environment = {"PATH": f"{opened.home}:{opened.environment['PATH']}"}
    ran = opened("run", *way, "--", "script", "c", environment=environment)
    assert (ran.code, ran.out) == (3, f"{opened.home}/script <c> <>\n")


def test_a_program_of_another_machine_is_no_script(opened: Opened, way: list[str]) -> None:
    ran = run_script(opened, way, b"\x7fELF\2\1\1\0\0\0\0\n")
    assert (ran.code, ran.err) == (126, "nexcred: error: './script' cannot be executed: exec format error\n")


def test_a_carriage_return_after_the_interpreter_is_named(opened: Opened, way: list[str]) -> None:
    """As in docker/cli#3993."""
    ran = run_script(opened, way, b"#!/bin/sh\r\necho x\r\n")
    assert (ran.code, ran.out) == (127, "")
    assert "'./script' is a script for '/bin/sh' followed by a carriage return" in ran.err
    assert ran.err.endswith("to change that: sed -i 's/\\r$//' ./script\n")


def test_a_missing_interpreter_is_named(opened: Opened, way: list[str]) -> None:
    ran = run_script(opened, way, b"#! /no/such/interpreter -x\necho x\n")
    assert ran.code == 127
    assert ran.err == "nexcred: error: './script' is a script for '/no/such/interpreter', which does not exist\n"


@pytest.mark.parametrize("given", [{}, {"LC_CTYPE": "C.UTF-8"}], ids=["none", "one"])
def test_the_locale_of_python_is_not_the_commands(opened: Opened, way: list[str], given: dict[str, str]) -> None:
    """Where there is none, Python sets LC_CTYPE for itself and what it starts (deadsnakes/issues#72)."""
    environment = {name: value for name, value in opened.environment.items() if name != "LANG"} | given
    command = opened.command("run", *way, "--", "env")
    done = subprocess.run(command, env=environment, cwd=opened.home, capture_output=True, check=True)
    seen = dict(line.split("=", 1) for line in done.stdout.decode().splitlines())
    assert {name: value for name, value in seen.items() if name.startswith("LC_")} == given


def test_letters_are_those_that_were_typed_where_the_locale_has_none(opened: Opened, way: list[str]) -> None:
    environment = {**opened.environment, "LC_ALL": "POSIX", "PYTHONUTF8": "0"}
    command = [*opened.command("run", *way, "--", "printf", "%s"), "schlüssel"]
    done = subprocess.run(command, env=environment, cwd=opened.home, capture_output=True, check=True)
    assert done.stdout == "schlüssel".encode()
