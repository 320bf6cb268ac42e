"""A source that has changed is imported again: what is there is updated, when somebody says so."""

import json
from pathlib import Path

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import Typed, play

BEFORE = {
    "AHA_ACCOUNT_DOMAIN": "mine",
    "AHA_API_KEY": "a-EXAMPLE",
    "RESCI_API_KEY": "r-EXAMPLE",
    "JWT_SECRET": "s-EXAMPLE",
}


def write(program: Opened, **changed: str) -> str:
    folder = program.home / "shop"
    folder.mkdir(exist_ok=True)
    path = folder / ".env"
    path.write_text("".join(f"{name}={value}\n" for name, value in {**BEFORE, **changed}.items()))
    return str(path)


def outcomes(program: Opened, path: str, *words: str) -> dict[str, str]:
    ran = program("import", "env", path, "--yes", "--json", *words)
    assert ran.code == 0, ran.err
    return {one["name"]: one["outcome"] for one in json.loads(ran.out)}


@pytest.fixture
def imported(opened: Opened) -> Opened:
    assert set(outcomes(opened, write(opened)).values()) == {"added"}
    return opened


def test_a_second_run_changes_nothing(imported: Opened) -> None:
    before = imported("history", "shop", "--json").out
    for words in ((), ("--replace",)):
        assert set(outcomes(imported, write(imported), *words).values()) == {"identical"}
    assert imported("history", "shop", "--json").out == before


def test_without_a_yes_to_it_nothing_is_updated_and_nothing_imported(imported: Opened) -> None:
    ran = imported("import", "env", write(imported, JWT_SECRET="t-EXAMPLE", STRIPE_API_KEY="sk_live_EXAMPLE0"), "--yes")
    assert (ran.code, ran.out.count("conflict")) == (8, 1)
    assert "hint: update what is there with --replace" in ran.err
    assert imported("get", "shop/JWT_SECRET").out == "s-EXAMPLE"
    assert "stripe" not in imported("list").out


def test_replace_updates_what_has_changed_and_that_alone(imported: Opened) -> None:
    path = write(imported, AHA_API_KEY="b-EXAMPLE", JWT_SECRET="t-EXAMPLE", ADDED_SECRET="n-EXAMPLE")
    assert outcomes(imported, path, "--replace") == {"aha": "updated", "resci": "identical", "shop": "updated"}
    assert imported("get", "aha/api_key").out == "b-EXAMPLE"
    assert imported("get", "aha/api_key", "--revision", "1").out == "a-EXAMPLE"
    assert imported("get", "shop/ADDED_SECRET").out == "n-EXAMPLE"
    assert set(outcomes(imported, path, "--replace").values()) == {"identical"}
    assert set(outcomes(imported, path).values()) == {"identical"}


def test_what_a_person_added_by_hand_stays(imported: Opened) -> None:
    assert imported("update", "shop", "--set", "OWN=env:HELD", environment={"HELD": "own-EXAMPLE"}).code == 0
    assert outcomes(imported, write(imported))["shop"] == "identical"
    assert outcomes(imported, write(imported, JWT_SECRET="t-EXAMPLE"), "--replace")["shop"] == "updated"
    assert imported("get", "shop/OWN").out == "own-EXAMPLE"


def test_another_account_is_another_credential(imported: Opened) -> None:
    path = write(imported, AHA_ACCOUNT_DOMAIN="other", AHA_API_KEY="o-EXAMPLE")
    assert outcomes(imported, path, "--replace")["aha-2"] == "added"
    assert imported("get", "aha/api_key").out == "a-EXAMPLE"


def test_a_key_that_says_nothing_of_its_account_is_added_beside_unless_replace_is_said(imported: Opened) -> None:
    path = write(imported, RESCI_API_KEY="q-EXAMPLE")
    ran = imported("import", "env", path, "--dry-run")
    assert "'resci-2' may be the new key of 'resci': --replace updates that" in ran.err
    assert outcomes(imported, path, "--replace")["resci"] == "updated"
    assert imported("get", "resci").out == "q-EXAMPLE"


def test_a_dry_run_shows_it_and_changes_nothing(imported: Opened) -> None:
    ran = imported("import", "env", write(imported, JWT_SECRET="t-EXAMPLE"), "--dry-run", "--replace")
    assert (ran.code, ran.out.split().count("update")) == (0, 1)
    assert imported("get", "shop/JWT_SECRET").out == "s-EXAMPLE"


@pytest.mark.parametrize(("answer", "value", "code"), [("y", "t-EXAMPLE", 0), ("n", "s-EXAMPLE", 1)])
def test_a_terminal_shows_the_plan_and_asks(imported: Opened, answer: str, value: str, code: int) -> None:
    path = write(imported, JWT_SECRET="t-EXAMPLE", STRIPE_API_KEY="sk_live_EXAMPLE0EXAMPLE0")
    environment = {name: held for name, held in imported.environment.items() if name != "NEXCRED_NO_INPUT"}
    screen = pyte.Screen(200, 40)
    typed = [Typed("Import 1 credential and update 1 credential?", answer)]
    typed += [Typed("nexcred.toml?", "n")] if answer == "y" else []
    ended = play(
        imported.command("import", "env", path),
        typed,
        screen,
        environment={**environment, "TERM": "xterm"},
        folder=imported.home,
    )
    assert ended.code == code, screen.display
    assert imported("get", "shop/JWT_SECRET").out == value
    assert Path(path).exists()


def test_one_of_another_connector_is_never_replaced(imported: Opened) -> None:
    assert imported("remove", "shop", "--yes").code == 0
    assert (
        imported(
            "add",
            "aventri",
            "shop",
            "--set",
            "account_id=1",
            "--set",
            "api_key=env:K",
            "--no-probe",
            environment={"K": "k-EXAMPLE"},
        ).code
        == 0
    )
    ran = imported("import", "env", write(imported), "--yes", "--replace")
    assert ran.code == 8
    assert "there is one of this name, of aventri" in ran.err
