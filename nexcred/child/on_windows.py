"""Running a program where no process can become another one, and signals are none."""

import subprocess
from collections.abc import Mapping, Sequence

from nexcred.child.become import cannot_start


def run_beside(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return the program's exit code. Ctrl-C reaches it as well, and is its to answer."""
    try:
        program = subprocess.Popen(command, env=dict(environment))  # noqa: S603  no shell
    except OSError as error:
        raise cannot_start(command[0], error, environment) from None
    while True:
        try:
            return program.wait()
        except KeyboardInterrupt:
            continue
