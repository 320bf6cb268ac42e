"""The program where it knows one more kind of vault, `shared:FILE`: one that others read, and that keeps no slots."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from nexcred.errors import InvalidData
from nexcred.stores import locate
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.store import Change
from tests.support.opened import Opened

_ROOT = Path(__file__).parents[2]
_PATIENCE_S = 60
_START = """
import sys
from tests.support.shared_store import learn
learn()
from nexcred.__main__ import main
sys.argv[0] = "nexcred"
main()
"""


class SharedStore(SqliteStore):
    """A file that stands for a place on a network."""

    keeps_slots = False
    keeps_states = False

    def commit(self, change: Change, expected_head: bytes | None) -> bool:
        if change.slots:
            raise InvalidData("a shared vault was given slots")
        return super().commit(change, expected_head)


def learn() -> None:
    """Let this process know the kind."""
    locate._SCHEMES["shared"] = lambda address, _: SharedStore(Path(address.removeprefix("shared:")))


class SharedProgram(Opened):
    """Runs the program with it, always started anew."""

    def run_bytes(
        self, *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        variables = {**self.environment, **(environment or {}), "PYTHONPATH": str(_ROOT)}
        return subprocess.run(
            self.command(*arguments),
            input=stdin,
            capture_output=True,
            env=variables,
            cwd=self.home,
            timeout=_PATIENCE_S,
            check=False,
        )

    @staticmethod
    def command(*arguments: str) -> list[str]:
        return [sys.executable, "-c", _START, *arguments]
