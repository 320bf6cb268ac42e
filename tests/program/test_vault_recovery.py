"""`vault recovery`: made, tested at once, used, replaced; in pipes and at a terminal."""

import subprocess
from pathlib import Path

import pytest

from nexcred.vault.recovery_key import read_recovery_key, write_recovery_key
from tests.support.opened import Opened
from tests.support.paper import Paper

WRONG = write_recovery_key(b"EXAMPLE of a key of another vault"[:32])


def without_identity(vault: Opened) -> Opened:
    return Opened(vault.home, NEXCRED_NO_INPUT="1")


def make(vault: Opened, *arguments: str) -> str:
    made = vault("vault", "recovery", *arguments)
    assert made.code == 0, made.err
    return made.out


def test_one_is_printed_once_and_opens_the_vault(opened: Opened) -> None:
    paper = make(opened)
    assert read_recovery_key(paper)
    assert paper.count("\n") == 1
    assert "a recovery key on paper" in opened("vault", "status").out
    used = without_identity(opened)("vault", "recovery", "--use", stdin=paper.lower().replace("-", " ").encode())
    assert used.code == 0
    assert used.out == ""
    assert paper.strip() not in used.err
    data = b"".join(path.read_bytes() for path in opened.home.rglob("*") if path.is_file())
    assert paper.strip().encode() not in data


def test_a_lost_passphrase_is_replaced_by_it(opened: Opened) -> None:
    paper, locked = make(opened), without_identity(opened)
    new = opened.home / "new"
    new.touch(mode=0o600)
    new.write_text("five random words EXAMPLE\n")
    used = locked("vault", "recovery", "--use", "--new-passphrase-file", "new", stdin=paper.encode())
    assert used.code == 0, used.err
    assert locked("list", environment={"NEXCRED_PASSPHRASE": "five random words EXAMPLE"}).code == 0
    assert locked("list", environment={"NEXCRED_PASSPHRASE": "passphrase of EXAMPLE"}).code == 6
    assert locked("vault", "recovery", "--use", stdin=paper.encode()).code == 0, "the paper is still good"


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (WRONG, 6, "does not open the vault"),
        (WRONG[:-1], 6, "has 13 groups"),
        (WRONG.replace(WRONG[0], "!", 1), 6, "group 1 of the recovery key is mistyped"),
        ("", 2, "no recovery key was given"),
        ("\n", 2, "no recovery key was given"),
        ("EXAMPLE" * 10_000, 6, "mistyped"),
    ],
    ids=["another", "cut", "mistyped", "empty", "blank", "long"],
)
def test_a_wrong_one_opens_nothing_and_is_not_repeated(opened: Opened, typed: str, code: int, said: str) -> None:
    make(opened)
    refused = without_identity(opened)("vault", "recovery", "--use", stdin=typed.encode())
    assert refused.code == code
    assert said in refused.err
    assert WRONG[6:11] not in refused.err
    assert refused.out == ""


def test_bytes_that_are_no_text_are_refused(opened: Opened) -> None:
    make(opened)
    assert opened("vault", "recovery", "--use", stdin=b"\xff\xfe").code == 6


def test_another_one_is_made_only_when_asked_and_ends_the_first(opened: Opened) -> None:
    first = make(opened)
    refused = opened("vault", "recovery")
    assert (refused.code, refused.out) == (8, "")
    assert "--replace" in refused.err
    second = make(opened, "--replace")
    assert opened("vault", "recovery", "--use", stdin=first.encode()).code == 6
    assert opened("vault", "recovery", "--use", stdin=second.encode()).code == 0


def test_a_vault_without_one_says_how_to_make_it(opened: Opened) -> None:
    refused = opened("vault", "recovery", "--use", stdin=WRONG.encode())
    assert refused.code == 6
    assert "nexcred vault recovery" in refused.err


def test_one_that_could_not_be_printed_takes_nothings_place(opened: Opened) -> None:
    first = make(opened)
    command = opened.command("vault", "recovery", "--replace")
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, env=opened.environment, cwd=opened.home, stdout=full, check=False)
    assert done.returncode == 1
    assert opened("vault", "recovery", "--use", stdin=first.encode()).code == 0


@pytest.mark.parametrize(
    "flags", [["--use", "--replace"], ["--keyring"], ["--new-passphrase-file", "f"], ["--use", "more"]]
)
def test_flags_that_do_not_go_together_are_refused(opened: Opened, flags: list[str]) -> None:
    assert opened("vault", "recovery", *flags, stdin=WRONG.encode()).code == 2


def test_at_a_terminal_it_counts_when_it_was_typed_back(opened: Opened) -> None:
    terminal = Paper(opened, "vault", "recovery")
    paper = terminal.shown()
    assert len(paper.split()) == 13
    terminal.child.sendline(paper[:-1] + ("0" if paper[-1] != "0" else "1"))
    terminal.child.expect_exact("group 13 of the recovery key is mistyped")
    terminal.child.sendline(WRONG)
    terminal.child.expect_exact("this is another recovery key")
    assert opened("vault", "recovery", "--use", stdin=paper.encode()).code == 6, "not yet"
    terminal.child.sendline(paper.lower())
    assert terminal.end() == 0
    assert opened("vault", "recovery", "--use", stdin=paper.encode()).code == 0


def test_case_60_one_that_was_not_typed_back_leaves_the_old_one(opened: Opened) -> None:
    first = make(opened)
    terminal = Paper(opened, "vault", "recovery", "--replace")
    terminal.shown()
    terminal.child.sendcontrol("c")
    assert terminal.end() == 130
    assert opened("vault", "recovery", "--use", stdin=first.encode()).code == 0


def test_at_a_terminal_the_old_one_is_given_up_by_a_y(opened: Opened) -> None:
    make(opened)
    terminal = Paper(opened, "vault", "recovery")
    terminal.child.expect_exact("Replace it?")
    terminal.child.sendline("n")
    assert terminal.end() == 8
