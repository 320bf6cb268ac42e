"""Which modules a command has imported by its end."""

import subprocess
import sys

from tests.support.program import Program

# What is never on the way of a command that others start again and again.
NEVER = {"requests", "keyring", "rich", "questionary", "prompt_toolkit", "asyncio", "ctypes", "html", "encodings.idna"}
# What reading a vault that lies elsewhere needs none of, where it was read before.
NEVER_FOR_A_READING = NEVER | {
    "urllib3",
    "subprocess",
    "tempfile",
    "shutil",
    "concurrent",
    "configparser",
    "xml",
    "msgspec",
}
_LIST_MODULES = """
import sys
from nexcred.cli.app.main import main
code = main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


def imported(program: Program, arguments: list[str], *, code: int = 0, listing: str = _LIST_MODULES) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", listing, *arguments],
        env=program.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return set(done.stderr.split())
