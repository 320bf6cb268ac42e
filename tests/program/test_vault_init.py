"""`vault init` beside a vault that is, or was, or is another one."""

from pathlib import Path

import pytest

from tests.support.program import Program

PASSPHRASE = {"NEXCRED_PASSPHRASE": "four random words EXAMPLE"}


@pytest.fixture
def program(tmp_path: Path) -> Program:
    run = Program(tmp_path)
    assert run("vault", "init", environment=PASSPHRASE).code == 0
    return run


def _vault(program: Program) -> Path:
    return next(program.home.rglob("vault.db"))


def test_forget_old_does_not_forget_a_vault_that_is_there(program: Program) -> None:
    anchors = next(program.home.rglob("anchors.json"))
    remembered = anchors.read_bytes()
    assert program("vault", "init", "--forget-old", environment=PASSPHRASE).code == 8
    assert anchors.read_bytes() == remembered


def test_forget_old_that_cannot_make_a_new_vault_forgets_nothing(program: Program) -> None:
    _vault(program).unlink()
    assert program("vault", "init", "--forget-old").code == 3
    assert program("list", environment=PASSPHRASE).code == 9


def test_a_lost_vault_is_given_up_only_when_asked(program: Program) -> None:
    _vault(program).unlink()
    refused = program("vault", "init", environment=PASSPHRASE)
    assert refused.code == 9
    assert "--forget-old" in refused.err
    assert program("vault", "init", "--forget-old", environment=PASSPHRASE).code == 0


def test_an_identity_of_another_vault_is_named_as_what_is_in_the_way(program: Program) -> None:
    identity = program("identity", "show", "--secret", environment=PASSPHRASE).out.strip()
    given = {"NEXCRED_IDENTITY": identity, **PASSPHRASE}
    refused = program("vault", "init", "--vault", "other.db", environment=given)
    assert refused.code == 2
    assert "go without NEXCRED_IDENTITY," in refused.err
    assert not (program.home / "other.db").exists()
