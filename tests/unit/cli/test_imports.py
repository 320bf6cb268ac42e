"""What is on the way of `get`, `list --json`, `helper aws` and `--help`: nothing slow, nothing of others."""

import subprocess
import sys

import pytest

from tests.program import Program
from tests.program_fixtures import nexcred, vaulted

__all__ = ["nexcred", "vaulted"]

SLOW = {
    "requests",
    "urllib3",
    "keyring",
    "rich",
    "questionary",
    "prompt_toolkit",
    "msgspec",
    "asyncio",
    "email",
    "ctypes",
}
_LIST_MODULES = """
import atexit, sys
from nexcred.cli.main import main
code = main(sys.argv[1:])
print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)
sys.exit(code)
"""


# Masked, it stays to say what it imported; otherwise it becomes the command.
RUN = ["run", "-c", "s3", "--mask", "--", "true"]
WAYS = [["--help"], ["list", "--json"], ["get", "s3/region"], ["helper", "aws", "s3"], RUN]


@pytest.mark.parametrize("arguments", WAYS, ids=" ".join)
def test_no_slow_library_is_imported(vaulted: Program, arguments: list[str]) -> None:
    fields = ("--set", "access_key_id=AKIAIOSFODNN7EXAMPLE", "--set", "secret_key=-")
    added = vaulted("add", "s3", *fields, "--no-probe", stdin=b"secret-key-EXAMPLE")
    assert added.code == 0, added.err
    done = subprocess.run(
        [sys.executable, "-c", _LIST_MODULES, *arguments],
        env=vaulted.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    needed = {"ctypes"} if arguments is RUN else set()  # no other way to prctl(2)
    assert not (SLOW - needed) & set(done.stderr.split())
