"""The real program with a vault of its own, as a fixture."""

import shutil
from pathlib import Path

import pytest

from tests.support.program import Program

PASSPHRASE = "correct horse EXAMPLE staple"


@pytest.fixture
def nexcred(tmp_path: Path) -> Program:
    """A home without a vault."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    return Program(home)


@pytest.fixture
def vaulted(nexcred: Program, founded: tuple[Path, str]) -> Program:
    """A home whose vault opens by the identity in the environment, and was seen before."""
    home, identity = founded
    shutil.copytree(home, nexcred.home, dirs_exist_ok=True)
    nexcred.environment["NEXCRED_IDENTITY"] = identity
    assert nexcred("list").code == 0
    return nexcred
