"""What probing and requests cost, against a provider on this machine that answers after 50 ms."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.measure import Timed, medians_ms, run_measured
from bench.provider import ANSWERS_AFTER_S, KEY
from bench.row import Row
from bench.stage import PROGRAM, bare_environment
from nexcred.model.credential import Details
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import NewRecord
from nexcred.vault.edit import Edit
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault

MANY, JOBS, TIMES = 1_000, 64, 5
# A probe that the provider accepts asks it once more, with a key that it cannot know.
_REQUESTS = {"one": 2, "request": 1}
TITLE = f"asking a provider that answers after {ANSWERS_AFTER_S * 1000:.0f} ms"


def probing_rows(folder: Path, rounds: int, floor: Timed) -> list[Row]:
    """Measure one probe and one request, beside the floor in turns, and a thousand probes."""
    with provider() as port:
        environment = keep(folder / "probing.db", [_details(port, number) for number in range(MANY)])
        one = Timed([str(PROGRAM), "-q", "probe", "credential 7", "--json"], environment)
        request = Timed([str(PROGRAM), "-q", "request", "credential 7", "me"], environment)
        medians = medians_ms({"one": one, "request": request, "floor": floor}, rounds)
        many = Timed([str(PROGRAM), "-q", "probe", "--all", "--jobs", str(JOBS), "--json"], environment)
        seconds, mib = zip(*(run_measured(many) for _ in range(TIMES)), strict=True)
    own = {name: medians[name] - count * ANSWERS_AFTER_S * 1000 for name, count in _REQUESTS.items()}
    return [
        Row(f"`probe --jobs {JOBS}` of {MANY:,}", sorted(seconds)[TIMES // 2], "s", 3),
        Row(f"`probe --jobs {JOBS}` of {MANY:,}, memory", max(mib), "MiB", 150),
        Row("one `probe`, over its provider, to the bare app", own["one"] / medians["floor"], "×", 1.3),
        Row("one `request`, over its provider, to the bare app", own["request"] / medians["floor"], "×", 1.5),
    ]


@contextmanager
def provider() -> Iterator[int]:
    """Yield the port of a provider that answers meanwhile."""
    command = [sys.executable, "-m", "bench.provider"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()


def keep(path: Path, kept: Sequence[Details]) -> dict[str, str]:
    """Make a vault of these credentials, and return the environment that opens it."""
    store = SqliteStore(path)
    bound = found_vault(
        store, Identity.generate(), organisation="bench", full_name="bench", slots_for=lambda _: (), now=utc_now()
    )
    Vault(store, bound).edit(lambda edit: _add_all(edit, kept))
    return bare_environment(path.parent) | {"NEXCRED_IDENTITY": bound.secret_string, "NEXCRED_VAULT": str(path)}


def _add_all(edit: Edit, kept: Sequence[Details]) -> None:
    for number, details in enumerate(kept):
        edit.add(NewRecord(f"credential {number}", "", (), details))


def _details(port: int, number: int) -> Details:
    fields: dict[str, str | Secret] = {
        "base_url": f"http://127.0.0.1:{port}/v1",
        "health_path": "/me",
        "api_key": Secret(f"{KEY}-{number}-EXAMPLE"),
    }
    return Details("rest", "00" * 32, "bearer", (f"127.0.0.1:{port}",), fields)
