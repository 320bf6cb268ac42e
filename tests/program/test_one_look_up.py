"""How often a command reads the vault: a store across a network would be asked as often."""

import subprocess
import sys

import pytest

from tests.support.opened import Opened
from tests.support.standins import Aha

_COUNT_READS = """
import sys
read = []
sys.addaudithook(lambda event, said: read.append(said) if event == "sqlite3.connect" else None)
from nexcred.cli.app.main import main
code = main(sys.argv[1:])
print(f"reads: {len(read)}", file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def with_aha(opened: Opened, aha: Aha) -> Opened:
    assert opened.add(aha).code == 0
    assert opened("get", "aha/api_key").code == 0
    return opened


def reads(program: Opened, *arguments: str) -> int:
    command = [sys.executable, "-c", _COUNT_READS, *arguments]
    ran = subprocess.run(
        command, env=program.environment, cwd=program.home, capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return int(ran.stderr.rpartition("reads: ")[2])


def test_request_opens_its_record_as_often_as_get_and_then_looks_for_a_session(with_aha: Opened) -> None:
    assert reads(with_aha, "request", "aha", "/api/v1/me") <= reads(with_aha, "get", "aha/api_key") + 1
