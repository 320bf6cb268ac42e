"""An owner of two credentials, two members, and what the program tells them in JSON."""

import json
from typing import Any

import pytest

from tests.support.opened import Opened
from tests.support.people import invite, keep


@pytest.fixture
def ada(opened: Opened) -> Opened:
    keep(opened, "prod", "test")
    return opened


@pytest.fixture
def bob(ada: Opened) -> Opened:
    return invite(ada, "bob", "--role", "member")


@pytest.fixture
def cyd(ada: Opened) -> Opened:
    return invite(ada, "cyd", "--role", "member")


def told(program: Opened, *arguments: str) -> Any:
    ran = program(*arguments, "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)
