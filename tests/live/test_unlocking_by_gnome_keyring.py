"""Unlocking by a real GNOME Keyring: the first vault, what opens it later, and what happens when it is locked."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyte
import pytest

from nexcred.vault.identity import Identity
from tests.live.gnome import Desktop, gnome_desktop
from tests.support.program import Program, Ran
from tests.support.terminal import Ended, Typed, play

PASSPHRASE = "four random words EXAMPLE"
TWICE = [Typed("New passphrase", f"{PASSPHRASE}\r"), Typed("The same again", f"{PASSPHRASE}\r")]
PAPER = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{5}(?:[- ]+[0-9A-HJKMNP-TV-Z]{5}){2,4}\b")


class AtDesk:
    """The program in a desktop's session: with pipes for streams, or at a terminal."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        self.environment = {**desktop.environment, "TERM": "xterm"}
        self.home = Path(self.environment["HOME"])
        self._program = Program(self.home)
        self._program.environment = self.environment

    def __call__(self, *arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
        return self._program(*arguments, stdin=stdin, environment=environment)

    def at_terminal(self, *arguments: str, typed: Sequence[Typed] = (), **environment: str) -> Ended:
        screen = pyte.Screen(200, 80)
        command = [sys.executable, "-m", "nexcred", *arguments]
        return play(command, typed, screen, environment={**self.environment, **environment}, folder=self.home)

    def found(self) -> str:
        """Make a vault at a terminal and return its recovery key."""
        made = self.at_terminal("vault", "init", typed=[Typed("on paper?", "n"), Typed("on paper?", "y")])
        shown = made.seen.decode()
        assert made.code == 0, shown
        return " ".join(row.group() for row in PAPER.finditer(shown))


@pytest.fixture
def desk() -> Iterator[AtDesk]:
    with gnome_desktop() as desktop:
        yield AtDesk(desktop)


def files_with(folder: Path, secret: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]


def test_the_first_vault_is_locked_by_the_keyring_and_a_recovery_key(desk: AtDesk) -> None:
    paper = desk.found()
    assert len(paper.replace("-", " ").split()) == 13
    assert desk("list").code == 0
    status = desk("vault", "status").out
    assert "locked by    a recovery key on paper" in status
    assert "unlocked by  the OS keyring (the Secret Service)" in status
    secret = desk("identity", "show", "--secret").out.strip()
    assert files_with(desk.home, secret.encode()) == []
    assert files_with(desk.home, paper.replace(" ", "-").encode()) == []


def test_the_first_add_makes_it_too(desk: AtDesk) -> None:
    typed = [Typed("on paper?", "y")]
    arguments = ("rest", "--set", "base_url=https://example.com", "--set", "api_key=env:KEY", "--no-probe")
    added = desk.at_terminal("add", *arguments, typed=typed, KEY="EXAMPLE")
    assert added.code == 0, added.seen.decode()
    assert desk("get", "rest/api_key").out == "EXAMPLE"


def test_who_stops_before_the_key_is_on_paper_has_no_vault(desk: AtDesk) -> None:
    assert desk.at_terminal("vault", "init", typed=[Typed("on paper?", "\x03")]).code == 130
    assert not list(desk.home.rglob("*.db"))


def test_a_passphrase_may_be_wanted_instead(desk: AtDesk) -> None:
    typed = [*TWICE, Typed("recovery key now", "n")]
    assert desk.at_terminal("vault", "init", "--passphrase", typed=typed).code == 0
    assert desk("list").code == 6
    assert desk("list", NEXCRED_PASSPHRASE=PASSPHRASE).code == 0


def test_what_is_given_decides_over_the_keyring(desk: AtDesk) -> None:
    desk.found()
    refused = desk("list", NEXCRED_PASSPHRASE="wrong EXAMPLE")
    assert refused.code == 6
    assert "NEXCRED_PASSPHRASE" in refused.err


def test_a_vault_with_a_passphrase_moves_into_the_keyring_and_out_again(desk: AtDesk) -> None:
    assert desk("vault", "init", NEXCRED_PASSPHRASE=PASSPHRASE).code == 0
    assert desk("list").code == 6
    assert desk("vault", "unlock", "--keyring", NEXCRED_PASSPHRASE=PASSPHRASE).code == 0
    assert desk("list").code == 0
    assert desk.at_terminal("list").code == 0
    assert "the OS keyring still opens the vault" in desk("vault", "lock").err
    assert desk("vault", "lock", "--keyring").code == 0
    assert desk("list").code == 6


def test_the_last_way_in_is_not_taken_away(desk: AtDesk) -> None:
    assert desk("vault", "init", NEXCRED_IDENTITY=(given := Identity.generate().secret_string)).code == 0
    assert desk("vault", "unlock", "--keyring", NEXCRED_IDENTITY=given).code == 0
    refused = desk("vault", "lock", "--keyring")
    assert refused.code == 8
    assert "nexcred vault recovery" in refused.err
    assert desk("list").code == 0


def test_case_39_a_locked_keyring_is_named_and_nothing_else_is_tried(desk: AtDesk) -> None:
    paper = desk.found()
    desk.desktop.lock()
    for ran in (desk("list"), desk("list", CI="true")):
        assert ran.code == 6
        assert "the OS keyring does not open the vault: the keyring is locked" in ran.err
        assert "nexcred vault recovery --use" in ran.err
    assert "OS keyring   the keyring is locked" in desk("vault", "status").out
    (desk.home / "new").touch(mode=0o600)
    (desk.home / "new").write_text(PASSPHRASE)
    used = desk("vault", "recovery", "--use", "--new-passphrase-file", "new", stdin=paper.encode())
    assert used.code == 0, used.err
    assert desk("list", NEXCRED_PASSPHRASE=PASSPHRASE).code == 0


def test_case_39_at_a_terminal_a_locked_keyring_leaves_the_passphrase(desk: AtDesk) -> None:
    desk.found()
    assert desk.at_terminal("vault", "passphrase", typed=TWICE).code == 0
    desk.desktop.lock()
    listed = desk.at_terminal("list", typed=[Typed("Passphrase", f"{PASSPHRASE}\r")])
    assert listed.code == 0
    assert b"the keyring is locked" in listed.seen


def test_case_39_a_locked_keyring_makes_the_first_vault_ask_for_a_passphrase(desk: AtDesk) -> None:
    desk.desktop.lock()
    typed = [*TWICE, Typed("recovery key now", "n")]
    made = desk.at_terminal("vault", "init", typed=typed)
    assert made.code == 0
    assert b"the keyring is locked" in made.seen
    assert desk("list", NEXCRED_PASSPHRASE=PASSPHRASE).code == 0


def test_who_only_ever_used_a_passphrase_is_asked_for_it_at_once(desk: AtDesk) -> None:
    assert desk("vault", "init", NEXCRED_PASSPHRASE=PASSPHRASE).code == 0
    desk.desktop.lock()
    listed = desk.at_terminal("list", typed=[Typed("Passphrase", f"{PASSPHRASE}\r")])
    assert listed.code == 0
    assert b"keyring" not in listed.seen


def test_a_recovery_key_is_used_at_a_terminal_to_move_into_the_keyring_again(desk: AtDesk) -> None:
    paper = desk.found()
    assert desk("vault", "lock", "--keyring").code == 0
    assert desk("list").code == 6
    typed = [Typed("Recovery key", f"{paper.lower()}\r"), Typed("nothing more", "\x1b[B\r")]
    used = desk.at_terminal("vault", "recovery", "--use", typed=typed)
    assert used.code == 0, used.seen.decode()
    assert all(group.encode() not in used.seen for group in paper.split())
    assert desk("list").code == 0


def test_another_vaults_item_is_not_used(desk: AtDesk) -> None:
    desk.found()
    other = desk.home / "other.db"
    assert desk("vault", "init", "--vault", str(other), NEXCRED_PASSPHRASE=PASSPHRASE).code == 0
    assert desk("list", "--vault", str(other)).code == 6
    assert desk("list").code == 0
