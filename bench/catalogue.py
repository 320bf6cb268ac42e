"""What a catalogue of hundreds costs: its list, the first question of an `add`, and probing many systems at once."""

import statistics
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.measure import Timed, medians_ms, run_measured
from bench.picking import median_ms
from bench.probing import keep, provider
from bench.row import Row
from bench.stage import PROGRAM
from nexcred.connectors.language.limits import Limits
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.values import check_values
from nexcred.model.credential import Details
from tests.catalog.conversing import spoken
from tests.catalog.table import Conversation, conversations

MANY, SYSTEMS, TIMES = 500, 100, 5
TITLE = "a catalogue of hundreds"
_FIRST_QUESTION = b"Name"


def catalogue_rows(folder: Path, stage: Mapping[str, str], rounds: int, floor: Timed) -> list[Row]:
    """Measure each beside what it is compared with, in turns."""
    listed = Timed([str(PROGRAM), "connectors", "list"], stage)
    told = Timed([str(PROGRAM), "--help"], stage)
    medians = medians_ms({"list": listed, "help": told, "floor": floor}, rounds)
    question = median_ms(["add", "openai"], stage, _FIRST_QUESTION, rounds)
    with provider() as port:
        known = _answered_once()
        many = _probe_all(folder / "many.db", port, known[:SYSTEMS])
        one = _probe_all(folder / "one.db", port, known[:1])
    return [
        Row("`connectors list` to `nexcred --help`", medians["list"] / medians["help"], "×", 1.3),
        Row("the first question of `add openai` to the bare app", question / medians["floor"], "×", 1.5),
        Row(f"`probe --all` of {MANY} over {SYSTEMS} systems to as many of one", many / one, "×", 1.2),
    ]


def _answered_once() -> list[Conversation]:
    """Return those that one request proves, at an address that can be set."""
    known = {one.connector: one for one in conversations() if len(one.requests) == 1}
    return [one for one in known.values() if _can_be_asked_here(*spoken(one))]


def _can_be_asked_here(connector: Connector, method: Method) -> bool:
    """True where the address can be set, and no limit of the provider's makes the asking slow."""
    base_url = method.find("base_url")
    return base_url is not None and base_url.default is not None and connector.limits == Limits()


def _probe_all(path: Path, port: int, known: Iterable[Conversation]) -> float:
    here = f"127.0.0.1:{port}"
    kinds = [_details(one, here) for one in known]
    environment = keep(path, [kinds[number % len(kinds)] for number in range(MANY)])
    timed = Timed(["sh", "-c", f"{PROGRAM} -q probe --all --jobs 64 --json || true"], environment)
    return statistics.median(run_measured(timed)[0] for _ in range(TIMES))


def _details(one: Conversation, here: str) -> Details:
    connector, method = spoken(one)
    fields = check_values(connector, method, {**one.values, "base_url": f"http://{here}"})
    return Details(connector.name, connector.digest, method.name, (here,), fields, ())
