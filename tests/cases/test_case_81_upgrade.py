"""Case 81: a vault of version 1, with what a member forged in it, is brought to version 2, as processes.

Of the people's vault tests/vectors/test_vault_v1_people.py tells: a list that Eve signed for herself, an old one that
she put back, lists by keys that were replaced. In the team's, which version 1's own program filled, Mallory, who has no
grant, sealed values of hers under "third": version 1 handed them out.
"""

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.people import on_another_machine, said_no
from tests.support.program import Ran
from tests.support.terminal import Ended, Typed, play
from tests.vectors.vault_v1_people import DISPUTED, EXPECTED, KEPT

TEAM_FILE = KEPT.with_name("vault-v1-team.db")
TEAM: dict[str, Any] = json.loads(TEAM_FILE.with_suffix(".json").read_bytes())
TEAM_SHA256 = "36be8b610d4e63c79ae13f4817732359f5cd8a92011bd4a9037ce93f30c415a2"
INHERITED = ("from before the vault was upgraded", "nexcred show", "nexcred trust")


def as_somebody(name: str, home: Path, place: Path) -> Opened:
    home.mkdir(mode=0o700)
    identity = (TEAM if place.name == "team.db" else EXPECTED)["identities"][name]
    return Opened(home, NEXCRED_IDENTITY=identity, NEXCRED_VAULT=str(place), NEXCRED_NO_INPUT="1")


def kept(original: Path, copy: Path) -> Path:
    copy.parent.mkdir(mode=0o700, exist_ok=True)
    shutil.copyfile(original, copy)
    copy.chmod(0o600)
    return copy


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return kept(KEPT, tmp_path / "kept" / "people.db")


@pytest.fixture
def team(tmp_path: Path) -> Path:
    return kept(TEAM_FILE, tmp_path / "kept" / "team.db")


@pytest.fixture
def ada(tmp_path: Path, people: Path) -> Opened:
    return as_somebody("Ada", tmp_path / "ada", people)


def upgrade(ada: Opened, *, confirms: bool = True) -> Ended:
    """Upgrade at a terminal, where Ada says that the list by her former keys is hers."""
    environment = {name: value for name, value in ada.environment.items() if name != "NEXCRED_NO_INPUT"}
    typed = [Typed("Upgrade the vault to version 2?", "y"), Typed("Are all of them right?", "y" if confirms else "n")]
    command = [sys.executable, "-m", "nexcred", "vault", "upgrade"]
    return play(command, typed, pyte.Screen(400, 60), environment=environment, folder=ada.home)


def lines_in(ran: Ran) -> dict[str, str]:
    """Return the lines that an upgrade printed: that for everybody under "", those for guests under their names."""
    found, whose = {"": ran.out.splitlines()[-1]}, ""
    for line in ran.err.splitlines():
        guest = re.search(r"(\S+), a guest, needs this one", line)
        whose = guest[1] if guest else whose
        printed = re.search(r"NEXCRED-CHECK-1[A-Z2-7]+", line)
        if printed:
            found[whose] = printed[0]
    return found


def test_case_81_the_kept_vault_was_not_made_anew() -> None:
    assert hashlib.sha256(TEAM_FILE.read_bytes()).hexdigest() == TEAM_SHA256


@pytest.mark.parametrize("name", ["Ada", "Bob", "Ci"])
def test_case_81_before_it_values_stay_where_they_are(name: str, tmp_path: Path, team: Path) -> None:
    who = as_somebody(name, tmp_path / "who", team)
    before = team.read_bytes()
    assert who.names == ["prod", "test", "third"]
    told = ("version 1", "nexcred vault upgrade")
    for words in (
        ("get", "prod/api_key"),
        ("export", "prod", "--format", "dotenv"),
        ("restore", "prod", "--revision", "1"),
    ):
        assert said_no(who(*words), 10), words
    assert said_no(who("get", "prod/api_key"), 10, *told)
    assert said_no(who("run", "--env", "K=prod/api_key", "--", "printenv", "K"), 125, *told)
    assert said_no(who("probe", "prod"), 10)
    assert said_no(who("rename", "prod", "x"), 10)
    assert team.read_bytes() == before


def test_case_81_only_an_owner_at_a_terminal_confirms_what_former_keys_signed(ada: Opened, people: Path) -> None:
    before = people.read_bytes()
    for name in ("Bob", "Eve", "Rea", "Job"):
        ran = as_somebody(name, ada.home.parent / name, people)("vault", "upgrade", "--yes")
        assert said_no(ran, 10, "only an owner")
    assert said_no(ada("vault", "upgrade"), 2, "--yes")
    assert said_no(ada("vault", "upgrade", "--yes"), 2, "your former keys signed", "at a terminal")
    assert people.read_bytes() == before


def test_case_81_it_keeps_a_copy_and_what_holds_and_disputes_the_rest(ada: Opened, people: Path) -> None:
    before = people.read_bytes()
    done = upgrade(ada)
    assert done.code == 0, done.seen
    assert b"the vault is of version 2: 14 credentials" in done.seen
    (copy,) = people.parent.glob("people.db.version-1-*")
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) != (b"", 0)
    assert len(before) > 0
    assert json.loads(ada("list", "--json").out) != []
    for name in DISPUTED:
        assert said_no(ada("get", f"{name}/api_key"), 9, "is disputed", "nexcred vault settle")
    assert said_no(ada("get", "before new keys/api_key"), 10, *INHERITED), "which she said is hers"
    again = ada("vault", "upgrade", "--yes")
    assert (again.code, "version 2 already" in again.err) == (0, True)
    shutil.copyfile(copy, people)
    assert said_no(ada("list"), 9, "older than the one that was last seen")


def test_case_81_former_keys_that_nobody_answers_for_sign_nothing(ada: Opened) -> None:
    done = upgrade(ada, confirms=False)
    assert done.code == 0, done.seen
    assert said_no(ada("get", "before new keys/api_key"), 9, "is disputed")


@pytest.fixture
def adas_team(tmp_path: Path, team: Path) -> Opened:
    return as_somebody("Ada", tmp_path / "adas", team)


def test_case_81_a_job_of_version_1_goes_on_with_the_line_that_is_printed_for_it(
    adas_team: Opened, tmp_path: Path, team: Path
) -> None:
    seen = as_somebody("Ci", tmp_path / "seen", team)
    assert seen.names == ["prod", "test", "third"]
    done = adas_team("vault", "upgrade", "--yes")
    assert done.code == 0, done.err
    lines = lines_in(done)
    assert list(lines) == ["", "Ci", "Other"]
    job = as_somebody("Ci", tmp_path / "job", team)
    assert said_no(job("get", "prod/api_key"), 6, "this machine cannot tell", "vault checkpoint")
    everybodys = on_another_machine(job, tmp_path / "everybody's", NEXCRED_CHECKPOINT=lines[""])
    assert said_no(everybodys("get", "prod/api_key"), 10, "not among the names", "vault checkpoint --for")
    told = on_another_machine(job, tmp_path / "told", NEXCRED_CHECKPOINT=lines["Ci"])
    assert said_no(told("get", "prod/api_key"), 10, *INHERITED)
    bob = as_somebody("Bob", tmp_path / "bob", team)
    bob.environment["NEXCRED_CHECKPOINT"] = lines[""]
    confirmed = bob("trust", "prod", "--yes")
    assert (confirmed.code, "confirmed prod" in confirmed.out) == (0, True), confirmed.err
    seen.environment["NEXCRED_CHECKPOINT"] = lines["Ci"]
    for machine in (told, seen, on_another_machine(job, tmp_path / "later", NEXCRED_CHECKPOINT=lines["Ci"])):
        ran = machine("get", "prod/api_key")
        assert (ran.code, ran.out) == (0, "key-prod-EXAMPLE"), ran.err
        assert said_no(machine("get", "test/api_key"), 10, *INHERITED), "each is looked at by itself"
    past = [one["revision"] for one in json.loads(bob("history", "prod", "--json").out)]
    assert past == [2, 1]


@pytest.mark.parametrize("name", ["Bob", "Ci"])
def test_case_81_strings_of_version_1_need_the_line_where_nothing_is_remembered(
    adas_team: Opened, name: str, tmp_path: Path, team: Path
) -> None:
    seen = as_somebody(name, tmp_path / "seen", team)
    assert seen.names == ["prod", "test", "third"]
    lines = lines_in(adas_team("vault", "upgrade", "--yes"))
    assert seen.names == ["prod", "test", "third"], "which saw it before goes on by that"
    fresh = as_somebody(name, tmp_path / "fresh", team)
    assert said_no(fresh("list"), 6, "this machine cannot tell")
    fresh.environment["NEXCRED_CHECKPOINT"] = lines.get(name, lines[""])
    assert fresh.names == ["prod", "test", "third"]


def test_case_81_values_that_a_member_without_a_grant_had_put_there_are_looked_at_first(
    adas_team: Opened, tmp_path: Path, team: Path
) -> None:
    ada = adas_team
    assert ada("vault", "upgrade", "--yes").code == 0
    assert said_no(ada("get", "third/api_key"), 10, *INHERITED)
    assert said_no(ada("run", "--env", "K=third/api_key", "--", "printenv", "K"), 125, *INHERITED)
    environment = {name: value for name, value in ada.environment.items() if name != "NEXCRED_NO_INPUT"}
    command = [sys.executable, "-m", "nexcred", "get", "third/api_key"]
    typed = [Typed("Are these right?", "n")]
    asked = play(command, typed, pyte.Screen(200, 40), environment=environment, folder=ada.home)
    assert asked.code == 10
    assert b"hosts evil.example:443" in asked.seen
    assert b"evil-EXAMPLE" not in asked.seen
    held = {"HELD": "right-EXAMPLE"}
    changed = ada("update", "third", "--set", "api_key=env:HELD", "--no-probe", environment=held)
    assert said_no(changed, 10, *INHERITED), "what nobody has looked at is not the ground for what comes next"
    assert ada("remove", "third", "--yes").code == 0
    added = ada("add", "resci", "third", "--set", "api_key=env:HELD", "--no-probe", environment=held)
    assert added.code == 0, added.err
    assert ada("get", "third/api_key").out == "right-EXAMPLE"


def test_case_81_what_the_former_program_would_still_write_is_believed_by_nobody(
    adas_team: Opened, tmp_path: Path, team: Path
) -> None:
    """The file of version 1 put back, or shown to a machine that remembers nothing by a string that was told."""
    older = team.read_bytes()
    lines = lines_in(adas_team("vault", "upgrade", "--yes"))
    team.write_bytes(older)
    assert said_no(adas_team("get", "prod/api_key"), 9, "older than the one that was last seen")
    bob = as_somebody("Bob", tmp_path / "bob", team)
    bob.environment["NEXCRED_CHECKPOINT"] = lines[""]
    assert said_no(bob("list"), 9, "from before what this identity or its checkpoint knows")
    del bob.environment["NEXCRED_CHECKPOINT"]
    assert said_no(bob("get", "prod/api_key"), 10, "nexcred vault upgrade"), "a string that knows nothing gets nothing"
