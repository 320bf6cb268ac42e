"""The program with the key to a Nexla that a stand-in plays."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.opened import Opened
from tests.support.standins.nexla import Nexla

S3_SECRET = "wJalrXUtnFEMIEXAMPLEKEY0123456789abcdefg"


@pytest.fixture
def nexla() -> Iterator[Nexla]:
    with Nexla() as stand_in:
        yield stand_in


@pytest.fixture
def keyed(opened: Opened, nexla: Nexla) -> Opened:
    """Hold the key to Nexla, an S3 key and ReSci's, which is one of Nexla's `rest`."""
    assert opened.add(nexla).code == 0
    opened.environment |= {"HELD": "resci-key-EXAMPLE-0123456789", "SECRET": S3_SECRET}
    s3 = ("--set", "access_key_id=AKIAEXAMPLE012345678", "--set", "secret_key=env:SECRET")
    assert opened("add", "s3", "S3 Production", *s3, "-d", "exports", "--no-probe").code == 0
    assert opened("add", "resci", "--set", "api_key=env:HELD", "--no-probe").code == 0
    return opened


def told(program: Opened, *words: str, code: int = 0) -> Any:
    """Return what `nexla` prints as JSON."""
    ran = program("nexla", *words, "--json")
    assert ran.code == code, ran.err
    return json.loads(ran.out)


def outcomes(program: Opened, *words: str, code: int = 0) -> dict[str, str]:
    return {one["name"]: one["outcome"] for one in told(program, "push", *words, code=code)}
