"""The own process of a test as a program of the user: the environment of the command, in which nexcred is imported."""

import os

import pytest

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
