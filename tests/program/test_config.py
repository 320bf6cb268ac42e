"""`nexcred config`, and what the settings decide."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pyte
import pytest

import nexcred as nexcred_api
from nexcred.local.settings import KNOWN_SETTINGS
from tests.support.opened import Opened
from tests.support.terminal import lines_of, play


@pytest.fixture
def file(opened: Opened) -> Path:
    return opened.home / ".config/nexcred/config.toml"


def write(file: Path, text: str, mode: int = 0o600) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


def listed(program: Opened, *arguments: str, **environment: str) -> dict[str, Any]:
    ran = program("config", "list", "--json", *arguments, environment=environment)
    assert ran.code == 0, ran.err
    return {one["name"]: (one["value"], one["origin"], one["where"]) for one in json.loads(ran.out)}


def test_a_setting_is_made_changed_and_taken_back(opened: Opened, file: Path) -> None:
    assert opened("config", "get", "probe_jobs").out == "16\n"
    ran = opened("config", "set", "probe_jobs", "32")
    assert (ran.code, ran.out) == (0, "")
    assert f"probe_jobs is 32 ({file}:1)" in ran.err
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert opened("config", "get", "probe_jobs", "--show-origin").out == f"32\t{file}:1\n"
    assert opened("config", "unset", "probe_jobs").code == 0
    assert opened("config", "get", "probe_jobs", "--show-origin").out == "16\tdefault\n"
    assert opened("config", "unset", "probe_jobs").code == 0


def test_list_says_where_each_value_comes_from(opened: Opened, file: Path) -> None:
    write(file, "# mine\ncolor = 'never'\nprobe_jobs = 2\nlocal_time = false\n")
    found = listed(opened, "--vault", "keyring:x", NEXCRED_PROBE_JOBS="3", PAGER="more")
    assert found["vault"] == ("keyring:x", "flag", "--vault")
    assert found["color"] == ("never", "file", f"{file}:2")
    assert found["probe_jobs"] == (3, "environment", "NEXCRED_PROBE_JOBS")
    assert found["pager"] == ("more", "environment", "PAGER")
    assert found["clip_seconds"] == (45, "default", None)
    shown = opened("config", "list", "--show-origin").out
    assert f"{file}:4" in shown


def test_in_a_narrow_window_nothing_of_what_they_are_for_is_cut(opened: Opened) -> None:
    screen = pyte.Screen(80, 40)
    environment = {**opened.environment, "TERM": "xterm"}
    shown = play(
        opened.command("config", "list", "--no-pager"), [], screen, environment=environment, folder=opened.home
    )
    assert shown.code == 0
    lines = lines_of(screen)
    column = lines[0].index("ABOUT")
    assert "…" not in "".join(lines)
    told = " ".join(line[column:] for line in lines[1:])
    assert " ".join(told.split()) == " ".join(one.about for one in KNOWN_SETTINGS.values())


def test_the_default_vault_is_another_one(opened: Opened, file: Path) -> None:
    there = opened.home / "team.db"
    shutil.move(opened.home / ".local/share/nexcred/vault.db", there)
    assert opened("list").code == 3
    assert opened("config", "set", "vault", "./team.db").code == 0
    assert file.read_text() == f'vault = "{there}"\n'
    assert opened("list").code == 0
    assert opened("complete", "fish", "--", "show", "").code == 0
    assert opened("list", environment={"NEXCRED_VAULT": "./none.db"}).code == 3
    assert opened("list", "--vault", "./none.db").code == 3


def test_python_programs_have_the_same_default(opened: Opened, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = opened.home / "team.db"
    shutil.move(opened.home / ".local/share/nexcred/vault.db", there)
    write(file, f'vault = "{there}"\n')
    for name, value in opened.environment.items():
        monkeypatch.setenv(name, value)
    assert list(nexcred_api.open()) == []


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_refused(opened: Opened, file: Path, mode: int) -> None:
    write(file, "color = 'never'\n", mode)
    for words in (("list",), ("get", "x"), ("config", "list"), ("config", "set", "color", "auto"), ("show", "x")):
        ran = opened(*words)
        assert (ran.code, ran.out) == (2, ""), words
        assert "others can write it" in ran.err
        assert f"chmod 600 '{file}'" in ran.err
    assert file.read_text() == "color = 'never'\n"


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777, 0o1777])
@pytest.mark.parametrize("is_behind_the_link", [False, True])
def test_a_folder_where_others_can_put_a_link_is_refused(
    opened: Opened, file: Path, mode: int, *, is_behind_the_link: bool
) -> None:
    own = opened.home / "clone" / "config.toml"
    write(own, "pager = 'sh'\n", 0o644)
    file.parent.mkdir(parents=True, mode=0o755)
    file.symlink_to(own)
    assert opened("config", "get", "pager").out == "sh\n"
    folder = own.parent if is_behind_the_link else file.parent
    folder.chmod(mode)
    for words in (("list",), ("get", "x"), ("config", "list"), ("config", "set", "color", "auto")):
        ran = opened(*words)
        assert (ran.code, ran.out) == (2, ""), words
        assert "others can write its folder" in ran.err
        assert f"chmod 700 '{folder}'" in ran.err
    assert own.read_text() == "pager = 'sh'\n"


def test_what_is_wrong_stops_commands_and_names_its_line(opened: Opened, file: Path) -> None:
    write(file, "\ncolour = 'never'\n")
    for words in (("list",), ("run", "--", "true"), ("vault", "status"), ("config", "get", "color")):
        ran = opened(*words)
        assert ran.code == (125 if words[0] == "run" else 2), words
        assert "config.toml:2: colour is no setting; did you mean 'color'?" in ran.err
    error = json.loads(opened("list", "--json").err.splitlines()[-1])["error"]
    assert (error["code"], error["fields"][0]["field"]) == ("invalid_data", "config.toml:2: colour")


def test_help_doctor_and_completion_go_on_and_unset_mends_it(opened: Opened, file: Path) -> None:
    write(file, "colour = 'never'\n")
    for words in (("--help",), (), ("list", "--help"), ("complete", "fish", "--", "li"), ("--version",)):
        assert opened(*words).code == 0, words
    (check,) = [one for one in json.loads(opened("doctor", "--json").out) if one["check"] == "settings"]
    assert check["status"] == "problem"
    gone = opened("config", "unset", "colour")
    assert (gone.code, gone.out, gone.err) == (0, "", f"nexcred: colour is gone from {file}\n")
    write(file, "colour = 'never'\n")
    assert opened("config", "unset", "colour", "--json").out == "null\n"
    assert opened("list").code == 0


@pytest.mark.parametrize("what", ["folder", "pipe", "dangling"])
def test_what_is_no_plain_file_is_no_settings(opened: Opened, file: Path, what: str) -> None:
    file.parent.mkdir(parents=True)
    if what == "folder":
        file.mkdir()
    elif what == "pipe":
        os.mkfifo(file)
    else:
        file.symlink_to("nowhere")
    ran = opened("list")
    assert ran.code == (0 if what == "dangling" else 2), ran.err


def test_a_link_of_ones_own_is_followed_and_stays(opened: Opened, file: Path) -> None:
    kept = opened.home / "dotfiles.toml"
    write(kept, "color = 'never'\n")
    file.parent.mkdir(parents=True)
    file.symlink_to(kept)
    assert opened("config", "set", "probe_jobs", "2").code == 0
    assert file.is_symlink()
    assert kept.read_text() == "color = 'never'\nprobe_jobs = 2\n"


@pytest.mark.parametrize(
    ("key", "value"), [("color", "blue"), ("probe_jobs", "0"), ("vault", "two words"), ("pager", "a\nb")]
)
def test_a_bad_value_changes_nothing(opened: Opened, file: Path, key: str, value: str) -> None:
    ran = opened("config", "set", key, value)
    assert (ran.code, ran.out) == (2, "")
    assert f"{key} must" in ran.err
    assert not file.exists()


def test_what_is_no_setting_is_told(opened: Opened) -> None:
    ran = opened("config", "get", "colour")
    assert ran.code == 3
    assert "'colour' is no setting; did you mean 'color'?" in ran.err
    ran = opened("config", "set", "passphrase", "x")
    assert ran.code == 3
    assert "opens nothing" in ran.err


def test_colour_pager_and_clock_are_as_they_say(opened: Opened, file: Path) -> None:
    added = opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe", environment={"HELD": "key-EXAMPLE"})
    assert added.code == 0
    write(file, "color = 'always'\n")
    assert "\x1b[" in opened("list").out
    assert "\x1b[" not in opened("list", "--no-color").out
    assert "\x1b[" not in opened("list", environment={"NO_COLOR": "1"}).out
    tokyo = {"TZ": "Asia/Tokyo", "NO_COLOR": "1"}
    assert "JST" in opened("history", "resci", environment=tokyo).out
    assert "UTC" in opened("history", "resci", "--utc", environment=tokyo).out
    assert "UTC" in opened("history", "resci", environment={**tokyo, "NEXCRED_LOCAL_TIME": "no"}).out
    write(file, "local_time = false\n")
    assert "UTC" in opened("history", "resci", environment=tokyo).out


def test_probe_takes_its_numbers_from_there(opened: Opened, file: Path) -> None:
    write(file, "probe_jobs = 2\nprobe_timeout = 3\n")
    assert opened("probe", "--all").code == 0
    for flags in (("--jobs", "0"), ("--timeout", "0"), ("--timeout", "-1"), ("--timeout", "nan")):
        assert opened("probe", "--all", *flags).code == 2, flags
    assert opened("probe", "--all", environment={"NEXCRED_PROBE_TIMEOUT": "soon"}).code == 2
