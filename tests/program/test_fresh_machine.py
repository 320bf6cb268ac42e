"""A vault that several people write to, on a machine that remembers nothing of it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.people import KEY, invite, keep, refused


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "later")
    return opened


def elsewhere(program: Opened, secret: str, home: Path) -> Opened:
    """Return the program on another machine, to which the file of the vault was copied."""
    home.mkdir(exist_ok=True)
    (path,) = program.home.rglob("vault.db")
    (home / "vault.db").unlink(missing_ok=True)
    shutil.copy(path, home / "vault.db")
    return Opened(home, NEXCRED_IDENTITY=secret, NEXCRED_VAULT="vault.db", NEXCRED_NO_INPUT="1")


def join(ada: Opened, home: Path) -> tuple[Opened, str]:
    """Let somebody in who made his keys himself; return his program on a machine of his own, and the line for it."""
    made = ada("identity", "new", "bob", "--unbound", "-o", "bob.identity")
    added = ada("member", "add", "bob", made.out.strip(), "--yes")
    assert added.code == 0, added.err
    line = next(word for word in added.err.split() if word.startswith("NEXCRED-CHECK-1"))
    return elsewhere(ada, (ada.home / "bob.identity").read_text().strip(), home), line


def test_an_identity_that_says_nothing_of_the_vault_needs_a_checkpoint_once(ada: Opened, tmp_path: Path) -> None:
    bob, line = join(ada, tmp_path / "bob")
    for words in (("list",), ("get", "prod/api_key"), ("vault", "verify")):
        ran = bob(*words)
        assert (ran.code, ran.out) == (6, "")
        assert "NEXCRED_CHECKPOINT" in ran.err
    assert json.loads(bob("list", "--json").err)["error"]["code"] == "no_floor"
    assert bob("list", environment={"NEXCRED_CHECKPOINT": line[:-1]}).code == 2
    assert bob("list", environment={"NEXCRED_CHECKPOINT": line}).code == 0
    assert bob.names == ["later", "prod"]


def test_a_checkpoint_refuses_what_is_from_before_it(ada: Opened, tmp_path: Path) -> None:
    bob, _ = join(ada, tmp_path / "bob")
    keep(ada, "newest")
    line = ada("vault", "checkpoint").out.strip()
    ran = bob("list", environment={"NEXCRED_CHECKPOINT": line})
    assert (ran.code, ran.out) == (9, "")
    assert "older than the one that was last seen" in ran.err


def test_an_identity_that_the_vault_made_opens_it_anywhere_and_nothing_from_before(ada: Opened, tmp_path: Path) -> None:
    before = elsewhere(ada, "", tmp_path / "before")
    carol = invite(ada, "carol", "--role", "member", "--grant", "prod")
    secret = carol.environment["NEXCRED_IDENTITY"]
    fresh = elsewhere(ada, secret, tmp_path / "fresh")
    assert fresh("get", "prod/api_key").out == KEY.format("prod")
    assert refused(before("list", environment={"NEXCRED_IDENTITY": secret}))
    assert ada("member", "remove", "carol", "--yes").code == 0
    dave = invite(ada, "dave", "--role", "member", "--grant", "prod").environment["NEXCRED_IDENTITY"]
    ran = fresh("list", environment={"NEXCRED_IDENTITY": dave})
    assert refused(ran)


def test_a_job_opens_the_names_it_was_told_and_a_later_one_by_a_checkpoint(ada: Opened, tmp_path: Path) -> None:
    secret = invite(ada, "ci", "--grant", "prod").environment["NEXCRED_IDENTITY"]
    invite(ada, "bob", "--role", "member")  # somebody else may write from now on
    shared = ada("share", "later", "--with", "ci")
    assert shared.code == 0
    job = elsewhere(ada, secret, tmp_path / "job")
    assert job("get", "prod/api_key").out == KEY.format("prod")
    told = job("get", "later/api_key")
    assert refused(told)
    assert "shared later" in told.err
    line = ada("vault", "checkpoint", "--for", "ci").out.strip()
    assert line in shared.err
    got = job("get", "later/api_key", environment={"NEXCRED_CHECKPOINT": line})
    assert got.out == KEY.format("later"), got.err
