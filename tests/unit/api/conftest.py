"""A program's own process: the environment of the command, in which nexcred is imported."""

import os

import pytest

import nexcred
from tests.support.opened import Opened

_KEPT = ("PATH", "PYTEST_CURRENT_TEST")


@pytest.fixture
def home(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Return the command, whose vault this process opens too."""
    for name in os.environ:
        if name not in _KEPT:
            monkeypatch.delenv(name)
    for name, value in opened.environment.items():
        monkeypatch.setenv(name, value)
    return opened


@pytest.fixture
def vault(home: Opened) -> nexcred.Vault:
    return nexcred.open()
