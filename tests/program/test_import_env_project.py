"""After `import env`, a project file gives `run` the variables that the file gave."""

import tomllib
from pathlib import Path

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.terminal import Typed, play

GITHUB = "ghp_EXAMPLE0EXAMPLE0EXAMPLE0EXAMPLE0abcd"
VARIABLES = {
    "RESCI_API_KEY": "r-EXAMPLE",
    "GH_TOKEN": GITHUB,
    "ROADMAP_KEY": "k-EXAMPLE",
    "PORT": "8080",
    "JWT_SECRET": "s-EXAMPLE",
    "QUOTED": "a b$c",
}
APART = {"ROADMAP_URL": "https://mine.aha.io", "DATABASE_URL": "postgres://u:p-EXAMPLE@db.example/d"}


@pytest.fixture
def shop(opened: Opened) -> Path:
    folder = opened.home / "shop"
    folder.mkdir()
    lines = (f"{name}='{value}'\n" for name, value in {**VARIABLES, **APART}.items())
    (folder / ".env").write_text("".join(lines))
    return folder


def lines_in(told: str) -> str:
    return "".join(f"{line[2:]}\n" for line in told.splitlines() if line.startswith("  ") or not line)


def test_the_lines_give_run_the_same_variables(opened: Opened, shop: Path) -> None:
    ran = opened("import", "env", str(shop / ".env"), "--yes")
    assert ran.code == 0, ran.err
    assert "not among them, since what they held was taken apart: DATABASE_URL, ROADMAP_URL" in ran.err
    assert "EXAMPLE" not in ran.err
    assert not (shop / "nexcred.toml").exists()
    path = shop / "nexcred.toml"
    path.write_text(lines_in(ran.err))
    tomllib.loads(path.read_text())
    given = opened("run", "--project", str(path), "--", "env").out.splitlines()
    assert {f"{name}={value}" for name, value in VARIABLES.items()} <= set(given)
    assert "PGPASSWORD=p-EXAMPLE" in given


@pytest.mark.parametrize(("answer", "is_written"), [("y", True), ("n", False), ("\r", False)])
def test_a_terminal_offers_to_write_them(opened: Opened, shop: Path, answer: str, *, is_written: bool) -> None:
    environment = {name: held for name, held in opened.environment.items() if name != "NEXCRED_NO_INPUT"}
    screen = pyte.Screen(200, 60)
    typed = [Typed("Import 5 credentials?", "y"), Typed("nexcred.toml?", answer)]
    ended = play(
        opened.command("import", "env", str(shop / ".env")),
        typed,
        screen,
        environment={**environment, "TERM": "xterm"},
        folder=opened.home,
    )
    assert ended.code == 0, screen.display
    assert (shop / "nexcred.toml").exists() is is_written
    if is_written:
        assert set(tomllib.loads((shop / "nexcred.toml").read_text())) == {"credentials", "env"}


def test_one_that_is_there_is_left_alone(opened: Opened, shop: Path) -> None:
    (shop / "nexcred.toml").write_text("credentials = []\n")
    environment = {name: held for name, held in opened.environment.items() if name != "NEXCRED_NO_INPUT"}
    ended = play(
        opened.command("import", "env", str(shop / ".env")),
        [Typed("Import 5 credentials?", "y")],
        pyte.Screen(200, 60),
        environment={**environment, "TERM": "xterm"},
        folder=opened.home,
    )
    assert ended.code == 0
    assert (shop / "nexcred.toml").read_text() == "credentials = []\n"


def test_json_and_a_second_run_say_nothing_of_it(opened: Opened, shop: Path) -> None:
    told = opened("import", "env", str(shop / ".env"), "--yes", "--json").err
    assert "nexcred.toml" not in told + opened("import", "env", str(shop / ".env"), "--yes").err
