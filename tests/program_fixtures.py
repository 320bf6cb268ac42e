"""The real program with a vault of its own, as a fixture."""

from pathlib import Path

import pytest

from tests.program import Program

PASSPHRASE = "correct horse EXAMPLE staple"


@pytest.fixture
def nexcred(tmp_path: Path) -> Program:
    """A home without a vault."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Program(home)


@pytest.fixture
def vaulted(nexcred: Program) -> Program:
    """A home whose vault opens by the identity in the environment."""
    given = {"NEXCRED_PASSPHRASE": PASSPHRASE}
    made = nexcred("vault", "init", environment=given)
    assert made.code == 0, made.err
    nexcred.environment["NEXCRED_IDENTITY"] = nexcred("identity", "show", "--secret", environment=given).out.strip()
    return nexcred
