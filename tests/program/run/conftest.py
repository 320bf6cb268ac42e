"""A home in which there is something to be handed over, made once and copied for each test."""

import json
import shutil
from pathlib import Path

import pytest

from tests.support.handing_over import SECRET, Handing


@pytest.fixture(scope="session")
def handing_home(founded: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home, identity = founded
    copy = tmp_path_factory.mktemp("handing") / "home"
    shutil.copytree(home, copy)
    program = Handing(copy, NEXCRED_IDENTITY=identity, NEXCRED_NO_INPUT="1")
    program.keep("events", SECRET)
    values = {"host": "127.0.0.1", "port": 1, "database": "d", "username": "u", "password": "pw-of-EXAMPLE"}
    body = json.dumps({"name": "my", "credentials_type": "mysql", "credentials": values})
    assert program("add", "--from", "-", "--no-probe", stdin=body.encode()).code == 0
    return copy


@pytest.fixture
def handing(founded: tuple[Path, str], handing_home: Path, tmp_path: Path) -> Handing:
    shutil.copytree(handing_home, tmp_path / "home")
    return Handing(tmp_path / "home", NEXCRED_IDENTITY=founded[1], NEXCRED_NO_INPUT="1")
