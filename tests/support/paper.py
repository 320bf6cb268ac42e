"""A recovery key that is shown at a terminal."""

import re
import sys

import pexpect

from tests.support.opened import Opened

ROW = re.compile(rb"\b(?:[0-9A-HJKMNP-TV-Z]{5}  )+[0-9A-HJKMNP-TV-Z]{5}")


class Paper:
    """A command at a terminal that shows a recovery key, to be typed back as it was shown."""

    def __init__(self, vault: Opened, *arguments: str) -> None:
        environment = {**vault.environment, "TERM": "dumb", "NO_COLOR": "1"}
        del environment["NEXCRED_NO_INPUT"]
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            sys.executable,
            ["-m", "nexcred", *arguments],
            env=environment,
            cwd=str(vault.home),
            dimensions=(60, 200),
            timeout=30,
        )

    def shown(self) -> str:
        self.child.expect_exact("Type it back from the paper")
        return " ".join(row.group().decode() for row in ROW.finditer(self.child.before or b""))

    def end(self) -> int:
        self.child.expect(pexpect.EOF)
        self.child.close()
        return self.child.exitstatus or 0
