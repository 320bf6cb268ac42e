"""NEXCRED_IDENTITY_COMMAND and NEXCRED_PASSPHRASE_COMMAND: what opens the vault is kept by another program."""

import json
import os
from pathlib import Path

import pyte
import pytest

import nexcred as nexcred_api
from nexcred.child.asked import NoSecret, ask_program
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program import Program
from tests.support.terminal import Typed, lines_of, play

PASSPHRASE = "passphrase of EXAMPLE"
IDENTITY, COMMAND = "NEXCRED_IDENTITY", "NEXCRED_IDENTITY_COMMAND"


def script(folder: Path, text: str, name: str = "keeper") -> Path:
    """Write a program for the shell."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


@pytest.fixture
def secret(opened: Opened) -> str:
    return opened.environment[IDENTITY]


@pytest.fixture
def kept(opened: Opened, tmp_path: Path) -> Opened:
    """The program, whose identity is in a file that only a command reads."""
    keep(opened, "prod")
    (tmp_path / "kept").write_text(f"# of the vault\n{opened.environment.pop(IDENTITY)}\n")
    opened.environment[COMMAND] = f"cat '{tmp_path / 'kept'}'"
    return opened


def test_an_identity_comes_from_a_command(kept: Opened) -> None:
    assert kept("get", "prod/api_key").out == "key-prod-EXAMPLE"
    assert json.loads(kept("vault", "status", "--json").out)["unlocked_by"] == COMMAND
    found = {one["check"]: one["detail"] for one in json.loads(kept("doctor", "--json").out)}
    assert found["unlocking"] == f"{COMMAND} gives an identity"


def test_a_passphrase_makes_and_opens_a_vault(tmp_path: Path) -> None:
    words = f"printf '%s\\n' '{PASSPHRASE}'"
    program = Program(tmp_path, NEXCRED_PASSPHRASE_COMMAND=words, NEXCRED_NO_INPUT="1")
    assert program("vault", "init").code == 0
    del program.environment["NEXCRED_PASSPHRASE_COMMAND"]
    assert program("list", environment={"NEXCRED_PASSPHRASE": PASSPHRASE}).code == 0
    assert program("list", environment={"NEXCRED_PASSPHRASE_COMMAND": words}).code == 0


def test_it_stands_behind_the_file_and_the_value_and_before_a_passphrase(kept: Opened, tmp_path: Path) -> None:
    bad = {"NEXCRED_PASSPHRASE": "wrong", "NEXCRED_PASSPHRASE_COMMAND": "false"}
    assert kept("list", environment=bad).code == 0
    for name in (IDENTITY, "NEXCRED_IDENTITY_FILE"):
        ran = kept("list", environment={name: str(tmp_path / "none")})
        assert ran.code == 6
        assert name in ran.err
        assert COMMAND not in ran.err


def test_python_programs_take_it_too(kept: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(IDENTITY, raising=False)
    for name, value in kept.environment.items():
        monkeypatch.setenv(name, value)
    assert list(nexcred_api.open()) == ["prod"]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("", "is set but empty"),
        ("  ", "is set but empty"),
        ("cat 'unclosed", "a quote in the command is not closed"),
        ("true", "its program wrote nothing"),
        ("sh -c 'echo NEXCRED-SECRET-hidden-EXAMPLE; exit 3'", "its program ended with 3"),
        ("sh -c 'echo NEXCRED-SECRET-hidden-EXAMPLE; kill -9 $$'", "its program was ended by signal 9"),
        ("echo NEXCRED-SECRET-hidden-EXAMPLE", "not an identity"),
        ("printf 'hidden-EXAMPLE\\nhidden-EXAMPLE\\n'", "its program wrote 2 lines, not one identity"),
        ("head -c 65537 /dev/zero", "its program wrote more than 64 KiB"),
        ("cat /dev/zero", "its program wrote more than 64 KiB"),
        ("printf '\\377\\376'", "its program did not write UTF-8 text"),
        ("no-such-program-hidden-EXAMPLE", "its program is not found in PATH"),
        ("/no/such/program-hidden-EXAMPLE", "its program cannot be run: no such file or directory"),
        ("./keeper", "its program is named by a relative path"),
        ("bin/keeper", "its program is named by a relative path"),
        ("echo $(touch made) `touch made` ; touch made", "not an identity"),
    ],
)
def test_what_gives_no_identity_is_told_without_a_word_of_it(kept: Opened, command: str, told: str) -> None:
    script(kept.home, "touch made")
    script(kept.home / "bin", "touch made")
    ran = kept("list", environment={COMMAND: command, "NEXCRED_PASSPHRASE": PASSPHRASE})
    assert (ran.code, ran.out) == (6, ""), ran
    assert f"{COMMAND}" in ran.err
    assert told in ran.err or (told == "not an identity" and "NEXCRED-SECRET-" in ran.err)
    assert "hidden-EXAMPLE" not in ran.err
    assert not (kept.home / "made").exists()


@pytest.mark.parametrize("path", ["{}", ":{}", "{}:", ".:{}", "bin:{}"])
def test_the_working_folder_gives_no_program(kept: Opened, path: str) -> None:
    for folder in (kept.home, kept.home / "bin"):
        script(folder, "touch made; cat /dev/null")
    ran = kept("list", environment={COMMAND: "keeper", "PATH": path.format("/usr/bin:/bin")})
    assert ran.code == 6
    assert "its program is not found in PATH" in ran.err
    assert not (kept.home / "made").exists()


def test_what_it_says_is_shown_visibly_also_where_it_fails(kept: Opened) -> None:
    loud = script(kept.home, "printf 'touch the key\\033[2J\\nnow\\r\\n' >&2; exit 4")
    ran = kept("list", "-q", environment={COMMAND: str(loud)})
    lines = ran.err.splitlines()
    assert lines[0].startswith(f"nexcred: {COMMAND}: touch the key")
    assert "\x1b" not in ran.err
    assert lines[1] == f"nexcred: {COMMAND}: now"
    assert "its program ended with 4" in lines[2]
    endless = script(kept.home, "head -c 200000 /dev/zero | tr '\\0' x >&2; exec $KEPT", "endless")
    ran = kept("list", environment={COMMAND: str(endless), "KEPT": kept.environment[COMMAND].replace("'", "")})
    assert ran.code == 0
    assert len(ran.err) < 100_000


def test_neither_it_nor_any_child_is_given_what_unlocks(secret: str, kept: Opened, tmp_path: Path) -> None:
    told = tmp_path / "told"
    asks = script(tmp_path, f"env > '{told}'; exec cat '{tmp_path / 'kept'}'")
    unused = {"NEXCRED_PASSPHRASE": "unused-EXAMPLE", "NEXCRED_PASSPHRASE_COMMAND": "echo unused-EXAMPLE"}
    ran = kept("run", "-c", "prod", "--", "env", environment={COMMAND: str(asks), **unused})
    assert ran.code == 0
    for shown in (told.read_text(), ran.out):
        assert "PATH=" in shown
        assert "IDENTITY" not in shown
        assert "NEXCRED_PASSPHRASE" not in shown
        assert secret not in shown


def test_neither_a_project_nor_the_settings_say_one(kept: Opened) -> None:
    (kept.home / "nexcred.toml").write_text(f'[env]\n{COMMAND} = "prod/api_key"\n')
    ran = kept("run", "--", "touch", "made")
    assert ran.code == 125
    assert "may not be set by a project file" in ran.err
    for key in ("identity_command", "passphrase_command"):
        file = kept.home / ".config/nexcred/config.toml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f'{key} = "touch made"\n')
        ran = kept("list")
        assert ran.code == 2
        assert "opens nothing, and trusts nobody" in ran.err
    assert not (kept.home / "made").exists()


def test_completion_runs_no_command(kept: Opened) -> None:
    counted = script(kept.home, "touch made; exit 1")
    assert kept("complete", "fish", "--", "show", "", environment={COMMAND: str(counted)}).code == 0
    assert not (kept.home / "made").exists()


def test_its_input_is_empty_and_ours_is_left(kept: Opened, tmp_path: Path) -> None:
    asks = script(tmp_path, f"cat > '{tmp_path / 'read'}'; exec cat '{tmp_path / 'kept'}'")
    added = ("add", "resci", "piped", "--set", "api_key=-", "--no-probe")
    assert kept(*added, stdin=b"piped-EXAMPLE", environment={COMMAND: str(asks)}).code == 0
    assert (tmp_path / "read").read_bytes() == b""
    assert kept("get", "piped/api_key").out == "piped-EXAMPLE"


def test_one_that_does_not_end_is_ended_and_what_it_started_is_not_waited_for(tmp_path: Path) -> None:
    waits = script(tmp_path, f"echo $$ > '{tmp_path / 'pid'}'; exec sleep 600")
    with pytest.raises(NoSecret, match=r"did not end within 0\.5 s"):
        ask_program([str(waits)], dict(os.environ), print, deadline_s=0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_program_asks_at_the_terminal_itself(kept: Opened, tmp_path: Path) -> None:
    asks = script(tmp_path, f"printf 'PIN: ' >/dev/tty; read pin </dev/tty; test $pin = 1 && cat '{tmp_path / 'kept'}'")
    environment = {**kept.environment, COMMAND: str(asks)}
    del environment["NEXCRED_NO_INPUT"]
    screen = pyte.Screen(100, 30)
    ended = play(kept.command("list"), [Typed("PIN:", "1\r")], screen, environment=environment, folder=kept.home)
    assert ended.code == 0
    assert "prod" in "\n".join(lines_of(screen))
