"""What vaults at shared places cost beside a file: a repository of this machine, a real PostgreSQL, and moto.

The places stand on this machine, with TLS in PostgreSQL and logins that are checked: what a network adds is not in it.
"""

import importlib.util
import json
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.large import make_vault
from bench.measure import Timed, medians_ms, run_measured
from bench.progress import say
from bench.row import Row
from bench.stage import PROGRAM, bare_environment

TITLE = "at shared places on this machine"
TEN, MANY, WRITES = 10, 10_000, 3
# How many times a `get` of a file each may take, and how many writers at once write to it, in processes of four.
_GET = {"Git": 1.3, "PostgreSQL": 1.6, "moto": 1.8}
_WRITERS = {"Git": 16, "PostgreSQL": 64, "moto": 64}
_PROCESSES = 4
_ROOT = Path(__file__).parents[1]


class Place(NamedTuple):
    """Where vaults can be: the URL of a new one, and what logs in there."""

    url: str
    login: Mapping[str, str]

    def new(self) -> str:
        return self.url.replace("NAME", f"v{secrets.token_hex(4)}")


def are_at_hand() -> bool:
    found = shutil.which("git") and importlib.util.find_spec("moto") and importlib.util.find_spec("pytest")
    return bool(found) and any(Path("/usr/lib/postgresql").glob("*/bin"))


class Places:
    """Vaults of ten and of ten thousand in files, and the same ones moved to each place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, rounds: int) -> list[Row]:
        say(f"{TITLE}, {rounds} rounds")
        with _serving(self._folder) as places:
            return [*self._reading(places, rounds), *self._writing(places)]

    def _reading(self, places: Mapping[str, Place], rounds: int) -> Iterator[Row]:
        for size, words, targets in (
            (TEN, ("get", "credential 7/api_key"), _GET),
            (MANY, ("list", "--json"), dict.fromkeys(places, 1.2)),
        ):
            secret = make_vault(self._folder / f"{size}.db", size).secret_string
            timed = {"file": Timed([str(PROGRAM), "-q", *words], self._at_home(size, "file", secret))}
            for name in targets:
                timed[name] = Timed(timed["file"].command, self._moved(size, name, places[name], secret))
            medians = medians_ms(timed, rounds if size == TEN else max(1, rounds // 4))
            what = f"`{words[0]}`" if size == TEN else f"`list --json` of {size:,}"
            for name, target in targets.items():
                yield Row(f"{what} from {name} to a file's", medians[name] / medians["file"], "×", target)
            if size == MANY:
                for name in targets:
                    yield Row(f"{what} from {name}, memory", run_measured(timed[name])[1], "MiB", 200)

    def _at_home(self, size: int, name: str, secret: str) -> dict[str, str]:
        home = self._folder / f"{name}-{size}"
        home.mkdir()
        file = home / "vault.db"
        shutil.copy(self._folder / f"{size}.db", file)
        return {**bare_environment(home), "NEXCRED_IDENTITY": secret, "NEXCRED_VAULT": str(file)}

    def _moved(self, size: int, name: str, place: Place, secret: str) -> dict[str, str]:
        environment = {**self._at_home(size, name, secret), **place.login}
        url = place.new()
        say(f"moving {size:,} to {name}")  # moto takes minutes for many
        command = [str(PROGRAM), "-q", "vault", "move", "--to", url, "--yes"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return {**environment, "NEXCRED_VAULT": url}

    def _writing(self, places: Mapping[str, Place]) -> Iterator[Row]:
        """Let many write at once, and see that all is there; in PostgreSQL also one writer as often as all of them."""
        for name, place in places.items():
            writers = _WRITERS[name]
            say(f"{writers} writers of {WRITES} writes on {name}")
            together = self._written(place, _PROCESSES, writers // _PROCESSES, WRITES)
            yield Row(f"{writers} writers of {WRITES} writes on {name}: writes missing", 0, "", 0)
            if name == "PostgreSQL":
                alone = self._written(place, 1, 1, writers * WRITES)
                yield Row(f"{writers} writers on {name} to one of all their writes", together / alone, "×", 3)

    def _written(self, place: Place, processes: int, writers: int, count: int) -> float:
        """Return how many seconds it took; raise SystemExit where a write is missing or was refused."""
        folder = self._folder / secrets.token_hex(4)
        folder.mkdir()
        environment = {**bare_environment(folder), **place.login, "NEXCRED_VAULT": place.new()}
        environment |= {"NEXCRED_IDENTITY_FILE": str(folder / "me.identity"), "PYTHONPATH": str(_ROOT)}
        subprocess.run([str(PROGRAM), "-q", "vault", "init", "-o", str(folder / "me.identity")],
                       env={**environment, "NEXCRED_IDENTITY_FILE": ""}, check=True)  # fmt: skip
        url, secret = environment["NEXCRED_VAULT"], (folder / "me.identity").read_text().strip()
        began = time.perf_counter()
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.support.bucket_writers", url, str(folder), secret, str(number),
                 str(writers), str(count)],
                env=environment, stdout=subprocess.DEVNULL,
            )
            for number in range(processes)
        ]  # fmt: skip
        if sum(process.wait() != 0 for process in running):
            raise SystemExit("a writer failed")
        took = time.perf_counter() - began
        listed = subprocess.run(
            [str(PROGRAM), "-q", "--fresh", "list", "--json"], env=environment, check=True, stdout=-1
        )
        if len(json.loads(listed.stdout)) != processes * writers * count:
            raise SystemExit(f"{place.url}: a write that was acknowledged is missing")
        return took


@contextmanager
def _serving(folder: Path) -> Iterator[dict[str, Place]]:
    """Run the servers, as the tests run them."""
    from tests.live.aws import REGION, VAULTS, serving_aws, vault_bucket
    from tests.live.postgresql import serving
    from tests.support.git_repository import bare_repository
    from tests.support.standins.authority import Authority

    with ExitStack() as stack:
        _, database = stack.enter_context(serving(Authority(folder)))
        aws = stack.enter_context(serving_aws())
        stack.enter_context(vault_bucket(aws))
        bare_repository(folder)
        key = aws.vault_keeper
        yield {
            # Another branch is another vault.
            "Git": Place(f"git+file://{folder}/vault.git?branch=NAME&fresh=10m", {}),
            "PostgreSQL": Place(
                f"postgresql://127.0.0.1:{database.port}/vaults?schema=NAME",
                {"PGUSER": "vault_keeper", "PGPASSWORD": database.password, "PGSSLROOTCERT": str(database.ca)},
            ),
            "moto": Place(
                f"s3://{VAULTS}/team/NAME?region={REGION}&endpoint=http://127.0.0.1:{aws.port}",
                {"AWS_ACCESS_KEY_ID": key.access_key_id, "AWS_SECRET_ACCESS_KEY": key.secret_key},
            ),
        }
