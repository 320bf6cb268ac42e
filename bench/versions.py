"""What version 2 of the vault costs over version 1: the same commands of both programs, taking turns in one run.

Version 1 is taken out of the repository's own history. Where that is not at hand, as in a shallow clone, the rows are
left out.
"""

import compileall
import io
import shutil
import statistics
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.measure import Timed, medians_ms
from bench.row import Row
from bench.stage import bare_environment

FORMER = "c221df0"
TITLE = "version 2 to version 1 of the vault"
TEN, SOME, MANY = 10, 10_000, 100_000
_ROOT = Path(__file__).parents[1]
_FILL = Path(__file__).with_name("fill.py")
_ONCE = 3


class Versions:
    """Both programs, each with vaults of three sizes that it made itself."""

    def __init__(self, folder: Path, *, sizes: tuple[int, ...] = (TEN, SOME, MANY)) -> None:
        self._folder = folder
        self._roots = {"former": _former(folder / "former"), "present": _ROOT}
        self._stages = {(name, size): self._make(name, size) for name in self._roots for size in sizes}

    def rows(self, rounds: int) -> list[Row]:
        """Return what each costs over what it did; the processes of one ratio take turns."""
        get, listing = ("get", "credential 7/api_key"), ("list", "--json")
        return [
            Row("`get`", self._ratio(get, TEN, rounds), "×", 1.05),
            Row("`update --no-probe`", self._ratio(_update(), TEN, rounds), "×", 1.1),
            Row(f"`list --json` of {SOME:,}", self._ratio(listing, SOME, max(3, rounds // 4)), "×", 1.15),
            Row(f"`list --json` of {MANY:,}", self._ratio(listing, MANY, 2), "×", 1.15),
            Row(f"`vault verify` of {SOME:,}", self._ratio(("vault", "verify"), SOME, 2), "×", 1.5),
            Row(f"`member remove` at {SOME:,}", self._once(lambda _: ("member", "remove", "bob", "--yes")), "×", 1.5),
            Row(f"`vault rekey` at {SOME:,}", self._once(_rekey), "×", 1.5),
        ]

    def _ratio(self, arguments: tuple[str, ...], size: int, rounds: int) -> float:
        timed = {name: Timed(_command(arguments), self._stages[name, size]) for name in self._roots}
        medians = medians_ms(timed, rounds)
        return medians["present"] / medians["former"]

    def _once(self, arguments: Callable[[Path], tuple[str, ...]]) -> float:
        """Measure a command that can be run once on a vault: each time on a copy of its home."""
        took: dict[str, list[float]] = {name: [] for name in self._roots}
        for number in range(_ONCE):
            for name in self._roots:
                stage = self._stages[name, SOME]
                home = self._folder / f"{name}-once-{number}"
                shutil.copytree(stage["HOME"], home)
                environment = {key: value.replace(stage["HOME"], str(home)) for key, value in stage.items()}
                began = time.perf_counter()
                _run(_command(arguments(home)), environment)
                took[name].append(time.perf_counter() - began)
                shutil.rmtree(home)
        return statistics.median(took["present"]) / statistics.median(took["former"])

    def _make(self, name: str, size: int) -> dict[str, str]:
        home = self._folder / f"{name}-{size}"
        path = home / "data/nexcred/vault.db"
        path.parent.mkdir(parents=True, mode=0o700)
        environment = bare_environment(home) | {"PYTHONPATH": str(self._roots[name]), "BENCH_KEY": "bench-key-EXAMPLE"}
        key = _run([sys.executable, "-P", str(_FILL), str(path), str(size)], environment).strip()
        stage = environment | {"NEXCRED_IDENTITY": key}
        _run(_command(("list", "--json")), stage)
        return stage


def _command(arguments: tuple[str, ...]) -> list[str]:
    """Return the command line; -P leaves the folder that this runs in out of what Python imports from."""
    if arguments[0] == "sh":
        return [word.replace("PYTHON", sys.executable) for word in arguments]
    return [sys.executable, "-P", "-m", "nexcred", "-q", *arguments]


def _rekey(home: Path) -> tuple[str, ...]:
    return ("vault", "rekey", "-o", f"{home}/new")


def _update() -> tuple[str, ...]:
    # A shell gives each run a value of its own: what does not change is not written.
    update = "update 'credential 3' --set api_key=env:BENCH_KEY --no-probe"
    return ("sh", "-c", f"BENCH_KEY=bench-$$-EXAMPLE exec PYTHON -P -m nexcred -q {update}")


def is_at_hand() -> bool:
    """True where the history reaches back to version 1."""
    return _git("cat-file", "-e", f"{FORMER}^{{tree}}").returncode == 0


def _former(folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(_git("archive", FORMER, "nexcred").stdout)) as tar:
        tar.extractall(folder, filter="data")
    compileall.compile_dir(str(folder), quiet=2)
    return folder


def _git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *arguments], cwd=_ROOT, check=False, capture_output=True)  # noqa: S607


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout
