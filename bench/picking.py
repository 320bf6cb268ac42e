"""How long a question takes to be put: from the start of the process until it stands on the terminal."""

import os
import pty
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence

from bench.stage import PROGRAM

_INTERRUPT = b"\x03"


def median_ms(words: Sequence[str], environment: Mapping[str, str], shown: bytes, rounds: int) -> float:
    """Return the median until `shown` is drawn by nexcred with these words."""
    variables = {name: value for name, value in environment.items() if name != "NEXCRED_NO_INPUT"} | {"TERM": "xterm"}
    return statistics.median(_opening_ms(words, variables, shown) for _ in range(rounds))


def _opening_ms(words: Sequence[str], environment: Mapping[str, str], shown: bytes) -> float:
    screen, terminal = pty.openpty()
    try:
        began, seen = time.perf_counter(), b""
        process = subprocess.Popen(
            [str(PROGRAM), *words], env=environment, stdin=terminal, stdout=terminal, stderr=terminal
        )
        while shown not in seen:
            seen += os.read(screen, 65536)
        took = time.perf_counter() - began
        os.write(screen, _INTERRUPT)
        process.wait()
    finally:
        os.close(terminal)
        os.close(screen)
    return took * 1000
