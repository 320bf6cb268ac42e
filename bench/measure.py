"""Timing whole processes, taking turns so that a busy moment of the machine falls on all of them alike."""

import random
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_MOST_WARM_UP_ROUNDS = 3
_POLL_S = 0.02


class Timed(NamedTuple):
    """A command, the environment that it runs in, and what it reads."""

    command: Sequence[str]
    environment: Mapping[str, str]
    stdin: bytes = b""


def medians_ms(commands: Mapping[str, Timed], rounds: int) -> dict[str, float]:
    """Return each command's median wall-clock time, of at least one round; raise CalledProcessError when one fails."""
    rounds = max(1, rounds)
    warm_up = min(_MOST_WARM_UP_ROUNDS, rounds)
    times: dict[str, list[float]] = {name: [] for name in commands}
    names = list(commands)
    for number in range(warm_up + rounds):
        random.shuffle(names)
        for name in names:
            took = _time_ms(commands[name])
            if number >= warm_up:
                times[name].append(took)
    return {name: statistics.median(values) for name, values in times.items()}


def run_measured(timed: Timed) -> tuple[float, float]:
    """Return seconds, and the most memory (MiB) that the process and its children shared out at a time."""
    began, most = time.perf_counter(), 0
    with subprocess.Popen(timed.command, env=timed.environment, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            most = max(most, sum(_share_kib(pid) for pid in _family(process.pid)))
            time.sleep(_POLL_S)
    if process.returncode:
        raise SystemExit(f"{' '.join(timed.command)} failed with {process.returncode}")
    return time.perf_counter() - began, most / 1024


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return [pid, *(int(child) for child in children)]


def _share_kib(pid: int) -> int:
    """Return the process's proportional share of memory, in KiB; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def _time_ms(timed: Timed) -> float:
    began = time.perf_counter()
    subprocess.run(timed.command, env=timed.environment, check=True, input=timed.stdin, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000
