"""An invitation, whoever is invited by it, and lines that somebody forged."""

import shlex
from pathlib import Path

import pytest

from nexcred.vault.invitation import Invitation, read_invitation, write_invitation
from tests.support.opened import Opened
from tests.support.people import keep
from tests.support.program import Program, Ran

PASSPHRASE = "four random words EXAMPLE"


@pytest.fixture
def line(opened: Opened) -> str:
    keep(opened, "prod")
    made = opened("vault", "invite")
    assert made.code == 0, made.err
    return made.out.strip()


@pytest.fixture
def bob(tmp_path: Path) -> Opened:
    (tmp_path / "bob").mkdir()
    return Opened(tmp_path / "bob", NEXCRED_NO_INPUT="1", LOGNAME="bob")


def let_in(owner: Opened, joined: Ran, *more: str) -> None:
    """Run what `vault join` printed, as the owner does who compared the fingerprint."""
    assert joined.code == 0, joined.err
    program, *words = shlex.split(joined.out)
    assert (program, words[:3]) == ("nexcred", ["member", "add", "bob"])
    added = owner(*words, "--yes", *more)
    assert added.code == 0, added.err


def changed(line: str, **what: object) -> str:
    """Return the line of somebody who forges one."""
    invitation = read_invitation(line)
    url = str(what.pop("url", invitation.url))
    return write_invitation(Invitation(url, invitation.checkpoint._replace(**what)))  # type: ignore[arg-type]


def has_nothing(program: Program) -> bool:
    return not [path for path in program.home.rglob("*") if path.is_file() and path.name != "python_history"]
