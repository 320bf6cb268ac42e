"""Print the results of probes for people."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from nexcred.auth.authorization_code import NOBODY_LOGGED_IN
from nexcred.cli.render.credential import expiry_cell
from nexcred.cli.render.style import BOLD, QUIET, Cell, status_cell
from nexcred.connectors.guidance import mending_verb, remedy_for, way_out
from nexcred.connectors.load.loader import load_connector
from nexcred.errors import NexcredError
from nexcred.model.moments import ago, took, until
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.services.grants.login import needs_login
from nexcred.services.proving.probe_many import Probed

# So many are named of those that one hint is for.
_NAMED = 5
HEADINGS = ("NAME", "STATUS", "IDENTITY", "DETAIL", "EXPIRES", "TOOK")
HEADINGS_OF_SEVERAL = (HEADINGS[0], "VAULT", *HEADINGS[1:])


def rows(probed: Sequence[Probed], now: datetime) -> list[list[Cell]]:
    """Return a row for each, what was refused first and what was accepted last."""
    return [_row(one, now) for one in sorted(probed, key=_trouble_first)]


def rows_of_several(pairs: Sequence[tuple[str, Probed]], now: datetime) -> list[list[Cell]]:
    """Return a row for each, with its vault after its name, in the order of `rows`."""
    ordered = sorted(pairs, key=lambda pair: _trouble_first(pair[1]))
    return [[name, Cell(vault), *rest] for vault, one in ordered for name, *rest in [_row(one, now)]]


def totals(probed: Sequence[Probed]) -> str:
    """Say how many there are of each status."""
    counts = Counter(one.result.status for one in sorted(probed, key=_trouble_first))
    return f"{len(probed)} probed: {', '.join(f'{count} {status.value}' for status, count in counts.items())}"


def _trouble_first(probed: Probed) -> int:
    status = probed.result.status
    return 0 if status.is_refusal else 2 if status is ProbeStatus.ACCEPTED else 1


def _row(probed: Probed, now: datetime) -> list[Cell]:
    result = probed.result
    when = f"known {ago(result.checked_at, now)}" if probed.cached else took(result.elapsed_ms)
    return [
        Cell(probed.credential.name, BOLD),
        status_cell(result.status),
        Cell(result.identity or ""),
        Cell(_detail(result, now)),
        expiry_cell(result.expires_at, now),
        Cell(when, QUIET),
    ]


def _detail(result: ProbeResult, now: datetime) -> str:
    """Return what the provider said, and when it is to be asked again, where it said that."""
    again = result.checked_at + timedelta(seconds=result.retry_after_s or 0)
    return result.detail if again <= now else f"{result.detail}; again {until(again, now)}".removeprefix("; ")


def hints(probed: Sequence[Probed]) -> list[str]:
    """Return the ways out of what failed, in the connectors' words, each once."""
    failed: dict[str, list[str]] = {}
    for one in probed:
        if way := _way_out(one):
            failed.setdefault(way, []).append(one.credential.name)
    return [_hint(way, names) for way, names in failed.items()]


def _hint(way: str, names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]}: {way} {shell_word(names[0])}"
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}: {way} NAME"


def _way_out(probed: Probed) -> str:
    """Return what to do, up to the name that ends it; "" when nothing is known to help."""
    credential, result = probed.credential, probed.result
    try:
        connector = load_connector(credential.connector)
    except NexcredError:
        return ""
    method = connector.method(credential.method)
    if method is None:
        return ""
    remedy = remedy_for(connector, method, result.status)
    if remedy:
        return way_out(remedy, mending_verb(method))
    is_due = needs_login(method.auth) and (result.status.is_refusal or result.detail == NOBODY_LOGGED_IN)
    return f"run: {mending_verb(method)}" if is_due else ""
