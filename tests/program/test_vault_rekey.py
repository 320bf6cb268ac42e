"""`nexcred vault rekey`, as a process."""

import json
from pathlib import Path

import pytest

from tests.support.kernel_keyring import needs_kernel_keyring
from tests.support.opened import Opened
from tests.support.paper import Paper
from tests.support.people import KEY, as_who_holds, invite, keep, refused

NEW = "other words EXAMPLE"


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod")
    return opened


def passphrase_file(program: Opened, text: str = NEW) -> Path:
    path = program.home / "new.txt"
    path.touch(mode=0o600)
    path.write_text(f"{text}\n")
    return path


def by_passphrase(program: Opened, path: Path) -> Opened:
    return Opened(program.home, NEXCRED_PASSPHRASE_FILE=str(path), NEXCRED_NO_INPUT="1")


def test_the_new_passphrase_opens_and_the_old_keys_do_not(ada: Opened) -> None:
    new = passphrase_file(ada)
    done = ada("vault", "rekey", "--new-passphrase-file", str(new))
    assert (done.code, done.out) == (0, "new keys, epoch 2; credentials sealed again: 1\n"), done.err
    assert "what NEXCRED_IDENTITY gives no longer opens anything" in done.err
    assert refused(ada("list"))
    renewed = by_passphrase(ada, new)
    assert renewed("get", "prod/api_key").out == KEY.format("prod")
    assert json.loads(renewed("vault", "verify", "--json").out)["strays"] == 0


def test_the_new_identity_goes_to_a_file(ada: Opened) -> None:
    done = ada("vault", "rekey", "-o", "new.identity")
    assert done.code == 0, done.err
    secret = (ada.home / "new.identity").read_text().strip()
    assert secret not in done.out + done.err
    assert "the passphrase no longer opens the vault" in done.err
    assert as_who_holds(ada, secret)("get", "prod/api_key").out == KEY.format("prod")
    assert json.loads(as_who_holds(ada, secret)("vault", "status", "--json").out)["slots"] == []


@pytest.mark.parametrize("arguments", [(), ("-o", "taken"), ("--new-passphrase-file", "empty")])
def test_keys_that_nobody_would_get_are_not_made(ada: Opened, arguments: tuple[str, ...]) -> None:
    for name in ("taken", "empty"):
        (ada.home / name).touch(mode=0o600)
    done = ada("vault", "rekey", *arguments)
    assert (done.code, done.out) == (8 if "-o" in arguments else 2, "")
    assert ada("get", "prod/api_key").out == KEY.format("prod")


def test_a_bad_passphrase_takes_the_file_back(ada: Opened) -> None:
    done = ada("vault", "rekey", "-o", "new.identity", "--new-passphrase-file", str(passphrase_file(ada, "x" * 1025)))
    assert done.code == 2
    assert not (ada.home / "new.identity").exists()


def test_a_member_leaves_the_others_their_ways_in(ada: Opened) -> None:
    bob = invite(ada, "bob", "--role", "member", "--grant", "prod")
    keep(ada, "adas")
    done = bob("vault", "rekey", "-o", "bob.identity")
    assert done.out == "new keys, epoch 2; credentials sealed again: 1\n", done.err
    assert "sealed to others as before: 'adas'" in done.err
    assert refused(bob("list"))
    assert as_who_holds(bob, (bob.home / "bob.identity").read_text())("get", "prod/api_key").out == KEY.format("prod")
    assert ada("get", "adas/api_key").out == KEY.format("adas")
    assert json.loads(ada("vault", "status", "--json").out)["slots"][0]["kind"] == "passphrase"


def test_a_guest_goes_on_reading(ada: Opened) -> None:
    job = invite(ada, "ci", "--grant", "prod")
    assert ada("vault", "rekey", "-o", "new.identity").code == 0
    assert job("get", "prod/api_key").out == KEY.format("prod")
    assert refused(job("vault", "rekey", "-o", "ci.identity"))


def test_at_a_terminal_the_paper_is_written_anew(ada: Opened) -> None:
    first = ada("vault", "recovery").out
    terminal = Paper(ada, "vault", "rekey", "-o", "new.identity", "--new-passphrase-file", str(passphrase_file(ada)))
    paper = terminal.shown()
    terminal.child.sendline(paper)
    assert terminal.end() == 0
    assert ada("vault", "recovery", "--use", stdin=first.encode()).code == 6
    assert ada("vault", "recovery", "--use", stdin=paper.encode()).code == 0
    renewed = as_who_holds(ada, (ada.home / "new.identity").read_text())
    kinds = {slot["kind"] for slot in json.loads(renewed("vault", "status", "--json").out)["slots"]}
    assert kinds == {"passphrase", "recovery key"}


def test_without_a_terminal_the_paper_is_lost_and_that_is_said(ada: Opened) -> None:
    first = ada("vault", "recovery").out
    done = ada("vault", "rekey", "-o", "new.identity")
    assert "the recovery key no longer opens the vault" in done.err
    assert ada("vault", "recovery", "--use", stdin=first.encode()).code == 6


@needs_kernel_keyring
def test_the_kernel_keeps_the_old_key_no_more(ada: Opened) -> None:
    assert ada("vault", "unlock").code == 0
    done = ada("vault", "rekey", "-o", "new.identity")
    assert "the kernel no longer keeps the old key" in done.err
    del ada.environment["NEXCRED_IDENTITY"]
    assert ada("list").code == 6
