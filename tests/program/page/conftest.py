"""A page that somebody has opened."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.opened import Opened
from tests.support.running_ui import Browser, RunningUi, running_ui


@pytest.fixture
def ui(opened: Opened) -> Iterator[RunningUi]:
    """One whose link nobody has used yet."""
    with running_ui(opened) as running:
        yield running


@pytest.fixture(scope="module")
def browser(founded: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One for all tests of a file, over a vault that is empty at first."""
    home, identity = founded
    own = tmp_path_factory.mktemp("page") / "home"
    shutil.copytree(home, own)
    program = Opened(own, NEXCRED_IDENTITY=identity, NEXCRED_NO_INPUT="1")
    with running_ui(program) as running:
        yield Browser(running)
