"""Timing whole processes, taking turns so that a busy moment of the machine falls on all of them alike."""

import random
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_WARM_UP_ROUNDS = 3


class Timed(NamedTuple):
    """A command, and the environment that it runs in."""

    command: Sequence[str]
    environment: Mapping[str, str]


def medians_ms(commands: Mapping[str, Timed], rounds: int) -> dict[str, float]:
    """Return each command's median wall-clock time; raise CalledProcessError when one fails."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(_WARM_UP_ROUNDS + rounds):
        random.shuffle(names)
        for name in names:
            took = _time_ms(commands[name])
            if number >= _WARM_UP_ROUNDS:
                times[name].append(took)
    return {name: statistics.median(values) for name, values in times.items()}


def _time_ms(timed: Timed) -> float:
    began = time.perf_counter()
    subprocess.run(
        timed.command, env=timed.environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    return (time.perf_counter() - began) * 1000
