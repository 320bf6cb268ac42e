"""What the service costs, against a bare route under uvicorn in the same run."""

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from bench.http_client import Asking
from bench.measure import Timed, medians_ms
from bench.probing import keep
from bench.row import Row
from bench.stage import PROGRAM
from nexcred.model.credential import Details
from nexcred.model.secret import Secret

MANY, CONNECTIONS, REQUESTS = 1_000, 8, 2_000
TITLE = f"the service, with {MANY:,} credentials"
# A fifth of what a bare route answers, and what it may take longer to start and hold.
_SLOWER, _LATER, _LARGEST_MIB = 5.0, 3.0, 80.0
_WARM_UP = 200
_BARE = [sys.executable, "-m", "bench.bare_service"]


def serving_rows(folder: Path, rounds: int) -> list[Row]:
    """Measure the routes beside the bare one in turns, the start to the URL, and the memory when nothing is asked."""
    environment = environment_of_many(folder)
    token = token_of(environment)
    served = [str(PROGRAM), "-q", "serve", "--port", "0"]
    with started(served, environment) as (service, url), started(_BARE, environment) as (_, bare_url):
        ratios = _ratios({**routes(url, token), "bare": Asking(bare_url, "/bare/a", token, CONNECTIONS)}, rounds)
        resident = resident_mib(service.pid)
    starts = medians_ms(
        {"service": _to_its_url(served, environment), "bare": _to_its_url(_BARE, environment)}, max(1, rounds // 4)
    )
    return [
        *(Row(f"`{name}`, to a bare route", ratio, "×", _SLOWER) for name, ratio in ratios.items()),
        Row("`nexcred serve` to its URL, to a bare uvicorn", starts["service"] / starts["bare"], "×", _LATER),
        Row("`nexcred serve`, memory", resident, "MiB", _LARGEST_MIB),
    ]


def environment_of_many(folder: Path) -> dict[str, str]:
    """Return the environment that opens a vault of so many."""
    return keep(folder / "serving.db", [_details(number) for number in range(MANY)])


@contextmanager
def started(command: list[str], environment: Mapping[str, str]) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """Run a service while inside; its first line is its URL."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()


def resident_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def routes(url: str, token: str) -> dict[str, Asking]:
    """Return what is asked: a value by its name, and a credential by the number that Nexla's clients know it by."""
    with closing(HTTPConnection("127.0.0.1", urlsplit(url).port)) as listing:
        listing.request("GET", "/data_credentials?page=8&per_page=1", headers={"Authorization": f"Bearer {token}"})
        number = json.load(listing.getresponse())[0]["id"]
    paths = {
        "GET /v1/credentials/NAME/FIELD": "/v1/credentials/credential%207/api_key",
        "GET /data_credentials/ID": f"/data_credentials/{number}",
    }
    return {name: Asking(url, path, token, CONNECTIONS) for name, path in paths.items()}


def _ratios(asked: Mapping[str, Asking], rounds: int) -> dict[str, float]:
    """Return the median of each route's time to the bare one's of the same round."""
    for one in asked.values():
        one.seconds(_WARM_UP)
    times = [{name: one.seconds(REQUESTS) for name, one in asked.items()} for _ in range(max(1, rounds // 4))]
    return {name: statistics.median(took[name] / took["bare"] for took in times) for name in asked if name != "bare"}


def _to_its_url(command: list[str], environment: Mapping[str, str]) -> Timed:
    """Return a command that ends a service once it has said its URL."""
    script = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=-1); p.stdout.readline(); p.kill()"
    return Timed([sys.executable, "-c", script, *command], environment)


def token_of(environment: Mapping[str, str]) -> str:
    """Return a new token that may look at everything."""
    rules = [word for verb in ("list", "read", "show") for word in ("--may", f"{verb}:*")]
    command = [str(PROGRAM), "-q", "serve", "token", "new", "bench", *rules]
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _details(number: int) -> Details:
    fields: dict[str, str | Secret] = {"account_id": "4711", "api_key": Secret(f"bench-key-{number}-EXAMPLE")}
    return Details("aventri", "00" * 32, "api_key", ("api-na.eventscloud.com",), fields)
