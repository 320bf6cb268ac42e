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
from bench.progress import say
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

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._roots = {"former": _former(folder / "former"), "present": _ROOT}
        self._stages: dict[tuple[str, int], dict[str, str]] = {}
        for size in (TEN, SOME, MANY):
            say(f"filling {size:,} credentials, by both versions")
            filling = {name: self._begin_to_fill(name, size) for name in self._roots}  # at once: it is not measured
            for name, process in filling.items():
                self._stages[name, size] = self._filled(name, size, process)

    def rows(self, rounds: int) -> list[Row]:
        """Return what each costs over what it did; the processes of one ratio take turns."""
        get, listing, some = ("get", "credential 7/api_key"), ("list", "--json"), max(3, rounds // 4)
        few = min(2, rounds)
        return [
            self._ratio("`get`", get, TEN, rounds, 1.05),
            self._ratio("`update --no-probe`", _update(), TEN, rounds, 1.1),
            self._ratio(f"`list --json` of {SOME:,}", listing, SOME, min(some, rounds), 1.15),
            self._ratio(f"`list --json` of {MANY:,}", listing, MANY, few, 1.15),
            self._ratio(f"`vault verify` of {SOME:,}", ("vault", "verify"), SOME, few, 1.5),
            self._once(f"`member remove` at {SOME:,}", lambda _: ("member", "remove", "bob", "--yes"), rounds),
            self._once(f"`vault rekey` at {SOME:,}", _rekey, rounds),
        ]

    def _ratio(self, what: str, arguments: tuple[str, ...], size: int, rounds: int, target: float) -> Row:
        say(f"{what}, {rounds} rounds of both versions")
        timed = {name: Timed(_command(arguments), self._stages[name, size]) for name in self._roots}
        medians = medians_ms(timed, rounds)
        return Row(what, medians["present"] / medians["former"], "×", target)

    def _once(self, what: str, arguments: Callable[[Path], tuple[str, ...]], rounds: int) -> Row:
        """Measure a command that can be run once on a vault: each time on a copy of its home."""
        say(f"{what}, by both versions")
        took: dict[str, list[float]] = {name: [] for name in self._roots}
        for number in range(min(_ONCE, rounds)):
            for name in self._roots:
                stage = self._stages[name, SOME]
                home = self._folder / f"{name}-once-{number}"
                shutil.copytree(stage["HOME"], home)
                environment = {key: value.replace(stage["HOME"], str(home)) for key, value in stage.items()}
                began = time.perf_counter()
                _run(_command(arguments(home)), environment)
                took[name].append(time.perf_counter() - began)
                shutil.rmtree(home)
        return Row(what, statistics.median(took["present"]) / statistics.median(took["former"]), "×", 1.5)

    def _environment(self, name: str, size: int) -> dict[str, str]:
        home = self._folder / f"{name}-{size}"
        return bare_environment(home) | {"PYTHONPATH": str(self._roots[name]), "BENCH_KEY": "bench-key-EXAMPLE"}

    def _begin_to_fill(self, name: str, size: int) -> "subprocess.Popen[str]":
        environment = self._environment(name, size)
        path = Path(environment["XDG_DATA_HOME"]) / "nexcred/vault.db"
        path.parent.mkdir(parents=True, mode=0o700)
        command = [sys.executable, "-P", str(_FILL), str(path), str(size)]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)

    def _filled(self, name: str, size: int, process: "subprocess.Popen[str]") -> dict[str, str]:
        key = process.communicate()[0].strip()
        if process.returncode:
            raise SystemExit(f"filling {size:,} credentials failed with {process.returncode}")
        stage = self._environment(name, size) | {"NEXCRED_IDENTITY": key}
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
