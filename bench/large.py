"""What a hundred thousand credentials cost: whole processes, and the two operations that are one write or one walk."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.importing import import_ratio
from bench.measure import Timed, medians_ms, run_measured
from bench.picking import median_ms as picking_ms
from bench.progress import say
from bench.row import Row
from bench.stage import PROGRAM, bare_environment
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.secret import Secret
from nexcred.model.times import utc_now
from nexcred.stores.sqlite.store import SqliteStore
from nexcred.vault.changes import NewRecord
from nexcred.vault.edit import Edit
from nexcred.vault.founding import found_vault
from nexcred.vault.identity import Identity
from nexcred.vault.vault import Vault

MANY, SOME, THOUSAND, HUNDRED, TEN = 100_000, 10_000, 1000, 100, 10
_BATCH = 20_000
TITLE = f"at {MANY:,} credentials"


class Large:
    """Vaults of five sizes in one folder, made anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        say(f"filling {MANY:,} credentials")
        self._vaults = {size: self._make(size) for size in (TEN, HUNDRED, THOUSAND, SOME, MANY)}

    def rows(self, rounds: int) -> list[Row]:
        """Measure everything; the processes of one ratio take turns."""
        say(f"{TITLE}, {rounds} rounds")
        get = self._ratio(("get", "credential 7/api_key"), MANY, TEN, rounds)
        add = self._ratio(
            ("add", "aventri", "--no-probe", "--set", "account_id=1", "--set", "api_key=env:BENCH_KEY"),
            MANY,
            HUNDRED,
            rounds,
        )
        listed_s, listed_mib = self._run_measured(MANY, "list", "--json")
        words = self._words_ratio(rounds)
        imported = import_ratio(self._folder, bare_environment(self._folder), SOME)
        picking = picking_ms(["get"], self._environment(THOUSAND), f"of {THOUSAND:,}".encode(), rounds)
        return [
            Row(f"`get` at a terminal, until {THOUSAND:,} can be picked from", picking, "ms", 94),
            Row(f"`list WORD` of {SOME:,} to `list` of them", words, "×", 1.2),
            Row(f"`import` of {SOME:,} to reading them and one write", imported, "×", 3),
            Row(f"`get` of {MANY:,} to `get` of {TEN}", get, "×", 1.1),
            Row(f"`add --no-probe` to {MANY:,} to `add` to {HUNDRED}", add, "×", 1.3),
            Row(f"`list --json` of {MANY:,}", listed_s, "s", 3),
            Row(f"`list --json` of {MANY:,}, memory", listed_mib, "MiB", 400),
            Row(f"`list --json` of {SOME:,}", self._run_measured(SOME, "list", "--json")[0], "s", 0.5),
            Row(f"keeping the probe results of {SOME:,}", self._keep_results(), "s", 2),
            Row(f"`vault verify` of {MANY:,}", self._run_measured(MANY, "vault", "verify")[0], "s", 15),
        ]

    def _make(self, size: int) -> Path:
        path = self._folder / f"{size}.db"
        (self._folder / f"{size}.key").write_text(make_vault(path, size).secret_string)
        return path

    def _environment(self, size: int) -> dict[str, str]:
        secret = (self._folder / f"{size}.key").read_text()
        return bare_environment(self._folder) | {
            "NEXCRED_IDENTITY": secret,
            "NEXCRED_VAULT": str(self._vaults[size]),
            "BENCH_KEY": "bench-key-EXAMPLE",
        }

    def _ratio(self, arguments: tuple[str, ...], large: int, small: int, rounds: int) -> float:
        """Return how many times longer the command takes on the large vault; an `add` gets a free name by itself."""
        timed = {str(size): Timed([str(PROGRAM), "-q", *arguments], self._environment(size)) for size in (large, small)}
        if arguments[0] == "add":
            timed = {name: one._replace(command=_with_new_name(one.command)) for name, one in timed.items()}
        medians = medians_ms(timed, rounds)
        return medians[str(large)] / medians[str(small)]

    def _words_ratio(self, rounds: int) -> float:
        """Return how many times longer `list` takes with a word that all of them have."""
        arguments = {"plain": ("list",), "words": ("list", "measuring")}
        timed = {
            name: Timed([str(PROGRAM), "-q", *words], self._environment(SOME)) for name, words in arguments.items()
        }
        medians = medians_ms(timed, rounds)
        return medians["words"] / medians["plain"]

    def _run_measured(self, size: int, *arguments: str) -> tuple[float, float]:
        """Return seconds and MiB."""
        return run_measured(Timed([str(PROGRAM), "-q", *arguments], self._environment(size)))

    def _keep_results(self) -> float:
        secret = (self._folder / f"{MANY}.key").read_text()
        vault = Vault(SqliteStore(self._vaults[MANY]), Identity.parse(secret))
        probed = vault.credentials()[:SOME]
        result = ProbeResult(ProbeStatus.ACCEPTED, utc_now(), 12, identity="account 4711", version=1)

        def keep(edit: Edit) -> None:
            for credential in probed:
                edit.record_probe(credential, result)

        began = time.perf_counter()
        vault.edit(keep)
        return time.perf_counter() - began


def make_vault(path: Path, size: int) -> Identity:
    """Make a vault of so many credentials, and return who opens it."""
    store = SqliteStore(path)
    founder = Identity.generate()
    bound = found_vault(store, founder, organisation="bench", full_name="bench", slots_for=lambda _: (), now=utc_now())
    vault = Vault(store, bound)
    for start in range(0, size, _BATCH):
        numbers = range(start, min(size, start + _BATCH))
        vault.edit(lambda edit, numbers=numbers: _add_many(edit, numbers))  # type: ignore[misc]
    return bound


def _add_many(edit: Edit, numbers: range) -> None:
    for number in numbers:
        fields: Mapping[str, str | Secret] = {
            "account_id": str(number),
            "api_key": Secret("bench-key-EXAMPLE"),
            "region": "na",
        }
        details = Details("aventri", "00" * 32, "api_key", (), dict(fields))
        edit.add(NewRecord(f"credential {number}", "made for measuring", ("bench",), details))


def _with_new_name(command: Sequence[str]) -> list[str]:
    # A shell gives each run a name of its own, on both sides of the ratio alike.
    at = command.index("aventri") + 1
    quoted = [*command[:at], '"run $$"', *(f"'{word}'" for word in command[at:])]
    return ["sh", "-c", "exec " + " ".join(quoted)]
