"""A passphrase is made that any prompt takes again, and that nobody guesses, unless its owner says otherwise."""

import pyte
import pytest

from tests.support.opened import Opened
from tests.support.program import Program
from tests.support.program_fixtures import PASSPHRASE, nexcred
from tests.support.terminal import Ended, Typed, lines_of, play

__all__ = ["nexcred"]
WEAK = "hunter2"
GUESSED = "whoever has a copy of the vault could guess this passphrase"
# As editors, spreadsheets, `echo` and a paste leave them; what is told of each.
UNTYPEABLE = {
    "no-break space": (f"{PASSPHRASE[:7]}\u00a0{PASSPHRASE[8:]}", "a no-break space (U+00A0)"),
    "zero-width space": (f"{PASSPHRASE}\u200b", "a zero-width space (U+200B)"),
    "mark inside": (f"{PASSPHRASE}\ufeff", "a byte order mark (U+FEFF)"),
    "trailing space": (f"{PASSPHRASE} ", "ends with a space"),
    "leading space": (f" {PASSPHRASE}", "begins with a space"),
    "tab": (f"{PASSPHRASE}\t", "a tab"),
    "ideographic space": (f"{PASSPHRASE}\u3000x", "ideographic space (U+3000)"),
    "two line ends": (f"{PASSPHRASE}\n\n", "ends with a line break"),
    "two line ends of Windows": (f"{PASSPHRASE}\r\n\r\n", "ends with a line break"),
    "a second line": (f"{PASSPHRASE}\nof the vault\n", "has 2 lines"),
    "bidi": (f"{PASSPHRASE}\u202e", "right-to-left override (U+202E)"),
}


def keep(program: Program, name: str, text: str) -> str:
    path = program.home / name
    path.write_bytes(text.encode())
    path.chmod(0o600)
    return name


@pytest.mark.parametrize("kind", UNTYPEABLE)
def test_what_no_prompt_takes_makes_no_vault(nexcred: Program, kind: str) -> None:
    text, told = UNTYPEABLE[kind]
    file = keep(nexcred, "pass", text)
    refused = nexcred("vault", "init", environment={"NEXCRED_PASSPHRASE_FILE": file})
    assert (refused.code, told in refused.err, "NEXCRED_PASSPHRASE_FILE" in refused.err) == (2, True, True)
    assert "correct horse" not in refused.err
    assert not list(nexcred.home.rglob("*.db"))


@pytest.mark.parametrize("kind", UNTYPEABLE)
@pytest.mark.parametrize("command", [("vault", "passphrase"), ("vault", "rekey"), ("vault", "recovery", "--use")])
def test_no_vault_is_given_one_later(opened: Opened, command: tuple[str, ...], kind: str) -> None:
    text, told = UNTYPEABLE[kind]
    refused = opened(*command, "--new-passphrase-file", keep(opened, "pass", text), stdin=b"no recovery key")
    assert (refused.code, told in refused.err) == (2, True)


def test_a_byte_order_mark_before_a_passphrase_is_none_of_it(nexcred: Program) -> None:
    file = keep(nexcred, "pass", f"\ufeff{PASSPHRASE}\r\n")
    assert nexcred("vault", "init", environment={"NEXCRED_PASSPHRASE_FILE": file}).code == 0
    assert nexcred("list", environment={"NEXCRED_PASSPHRASE": PASSPHRASE}).code == 0
    assert nexcred("list", environment={"NEXCRED_PASSPHRASE_FILE": file}).code == 0


def test_an_identity_file_with_a_byte_order_mark_opens(opened: Opened) -> None:
    file = keep(opened, "me.identity", f"\ufeff{opened.environment.pop('NEXCRED_IDENTITY')}\r\n")
    assert opened("list", "--identity-file", file).code == 0


@pytest.mark.parametrize("weak", ["a", WEAK, "password", "x" * 200, "EXAMPLE of"])
def test_one_that_is_guessed_makes_a_vault_by_its_flag_alone(nexcred: Program, weak: str) -> None:
    given = {"NEXCRED_PASSPHRASE": weak}
    refused = nexcred("vault", "init", environment=given)
    assert (refused.code, GUESSED in refused.err, "--weak-passphrase" in refused.err) == (2, True, True)
    assert not list(nexcred.home.rglob("*.db"))
    assert nexcred("vault", "init", "--weak-passphrase", environment=given).code == 0
    assert nexcred("list", environment=given).code == 0  # what opens a vault is not judged


def test_the_first_add_makes_no_vault_with_one_that_is_guessed(nexcred: Program) -> None:
    words = ("add", "resci", "--set", "api_key=env:KEY", "--no-probe")
    refused = nexcred(*words, environment={"NEXCRED_PASSPHRASE": WEAK, "KEY": "key-EXAMPLE"})
    assert (refused.code, "nexcred vault init --weak-passphrase" in refused.err) == (2, True)
    assert not list(nexcred.home.rglob("*.db"))


@pytest.mark.parametrize("command", [("vault", "passphrase"), ("vault", "rekey")])
def test_one_that_is_guessed_is_set_by_its_flag_alone(opened: Opened, command: tuple[str, ...]) -> None:
    words = (*command, "--new-passphrase-file", keep(opened, "pass", WEAK))
    refused = opened(*words)
    assert (refused.code, "--weak-passphrase" in refused.err) == (2, True)
    assert opened(*words, "--weak-passphrase").code == 0
    del opened.environment["NEXCRED_IDENTITY"]
    assert opened("list", environment={"NEXCRED_PASSPHRASE": WEAK}).code == 0


def at_terminal(program: Program, typed: list[Typed], *words: str, term: str = "xterm") -> tuple[Ended, list[str]]:
    screen = pyte.Screen(100, 60)
    environment = {**program.environment, "TERM": term}
    ended = play(program.command(*words), typed, screen, environment=environment, folder=program.home)
    return ended, lines_of(screen)


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_at_a_terminal_a_no_asks_for_another_one(nexcred: Program, term: str) -> None:
    typed = [
        Typed("New passphrase", f"{PASSPHRASE} \r"),
        Typed("New passphrase", f"{WEAK}\r"),
        Typed("Use it anyway? [y/N]", "\r"),
        Typed("New passphrase", f"{PASSPHRASE}\r"),
        Typed("The same again", f"{PASSPHRASE}\r"),
        Typed("recovery key now", "n\r"),
    ]
    ended, shown = at_terminal(nexcred, typed, "vault", "init", "--passphrase", term=term)
    assert ended.code == 0, shown
    told = " ".join(shown)
    assert "ends with a space" in told
    assert GUESSED in told
    assert WEAK.encode() not in ended.seen
    assert nexcred("list", environment={"NEXCRED_PASSPHRASE": PASSPHRASE}).code == 0


def test_at_a_terminal_a_yes_takes_it(nexcred: Program) -> None:
    typed = [
        Typed("New passphrase", f"{WEAK}\r"),
        Typed("Use it anyway? [y/N]", "y\r"),
        Typed("The same again", f"{WEAK}\r"),
        Typed("recovery key now", "n"),
    ]
    ended, shown = at_terminal(nexcred, typed, "vault", "init", "--passphrase")
    assert ended.code == 0, shown
    assert nexcred("list", environment={"NEXCRED_PASSPHRASE": WEAK}).code == 0


@pytest.mark.parametrize("has_paper", [True, False])
def test_three_tries_at_a_terminal_and_then_the_way_out(nexcred: Program, has_paper: bool) -> None:
    given = {"NEXCRED_PASSPHRASE": PASSPHRASE}
    assert nexcred("vault", "init", environment=given).code == 0
    assert not has_paper or nexcred("vault", "recovery", environment=given).code == 0
    asked = ("Passphrase", "Passphrase (2 more tries)", "Passphrase (last try)")
    wrong = [Typed(label, "wrong EXAMPLE\r") for label in asked]
    ended, shown = at_terminal(nexcred, wrong, "list")
    assert ended.code == 6
    assert ("nexcred vault recovery --use" in " ".join(shown)) is has_paper
    ended, shown = at_terminal(nexcred, [*wrong[:2], Typed(asked[2], f"{PASSPHRASE}\r")], "list")
    assert (ended.code, sum("does not open the vault" in line for line in shown)) == (0, 2)
