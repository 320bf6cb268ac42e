"""`python -m bench.serving_soak [REQUESTS]`: a service that is asked so often holds no more than before."""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.http_client import Asking
from bench.serving import environment_of_many, resident_mib, routes, started, token_of
from bench.stage import PROGRAM
from nexcred.local.use_log import FULL_BYTES
from tests.support.raw_http import told

REQUESTS, CONNECTIONS = 100_000, 16
_WARM_UP, _REFUSED, _PARTS = 10_000, 200, 2
_MOST_MIB = 8.0
# Three files of what programs ask for; one grows past its bound by the last line alone.
_MOST_NOTED = 3 * FULL_BYTES + 64 * 1024


class Held(NamedTuple):
    """What a service holds at a moment. `files` are those that are open, without connections."""

    mib: float
    files: int
    threads: int
    noted: int

    def __str__(self) -> str:
        return f"{self.mib:.1f} MiB, {self.files} files, {self.threads} threads, {self.noted:,} bytes of its state"


def main() -> int:
    """Ask, and return 1 where it has grown."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    with tempfile.TemporaryDirectory() as folder:
        environment = environment_of_many(Path(folder))
        token = token_of(environment)
        with started([str(PROGRAM), "-q", "serve", "--port", "0"], environment) as (service, url):
            asked = [*routes(url, token).values(), Asking(url, "/healthz", "", CONNECTIONS)]
            _ask(asked, _WARM_UP)
            before = _held(service, environment)
            print(f"at the start: {before}", flush=True)
            for part in range(1, _PARTS + 1):
                seconds = _ask(asked, requests // _PARTS)
                for _ in range(_REFUSED):
                    told(urlsplit(url).port or 0, b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
                _ask(asked, CONNECTIONS * len(asked))  # by when it has seen that the others have left
                after = _held(service, environment)
                print(f"after {part * requests // _PARTS:,} requests, {seconds:.0f} s: {after}", flush=True)
    has_grown = after.mib > before.mib + _MOST_MIB or after[1:3] > before[1:3] or after.noted > _MOST_NOTED
    return 1 if has_grown else 0


def _ask(asked: list[Asking], requests: int) -> float:
    """Return how long so many requests took, each kind its part."""
    return sum(one.seconds(requests // len(asked)) for one in asked)


def _held(service: "subprocess.Popen[str]", environment: Mapping[str, str]) -> Held:
    process = Path(f"/proc/{service.pid}")
    state = Path(environment["XDG_STATE_HOME"])
    return Held(
        resident_mib(service.pid),
        sum(_is_no_connection(one) for one in (process / "fd").iterdir()),
        sum(1 for _ in (process / "task").iterdir()),
        sum(one.stat().st_size for one in state.rglob("*") if one.is_file()),
    )


def _is_no_connection(descriptor: Path) -> bool:
    try:
        return not str(descriptor.readlink()).startswith("socket:")
    except FileNotFoundError:  # closed meanwhile
        return False


if __name__ == "__main__":
    sys.exit(main())
