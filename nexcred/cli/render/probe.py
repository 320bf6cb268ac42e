"""What probes found, for people."""

from collections.abc import Sequence
from datetime import datetime

from nexcred.cli.render.credential import expiry_cell
from nexcred.cli.render.ink import BOLD, QUIET, Cell, status_cell
from nexcred.cli.render.moments import ago
from nexcred.connectors.guidance import remedy_for
from nexcred.connectors.loader import load_connector
from nexcred.errors import NexcredError
from nexcred.services.probe import Probed

HEADINGS = ("NAME", "STATUS", "IDENTITY", "DETAIL", "EXPIRES", "TOOK")


def rows(probed: Sequence[Probed], now: datetime) -> list[list[Cell]]:
    return [_row(one, now) for one in probed]


def _row(probed: Probed, now: datetime) -> list[Cell]:
    result = probed.result
    took = f"known {ago(result.checked_at, now)}" if probed.cached else f"{result.elapsed_ms} ms"
    return [
        Cell(probed.credential.name, BOLD),
        status_cell(result.status),
        Cell(result.identity or ""),
        Cell(result.detail),
        expiry_cell(result.expires_at, now),
        Cell(took, QUIET),
    ]


def hints(probed: Sequence[Probed]) -> list[str]:
    """Return the ways out of what failed, in the connectors' words."""
    return [hint for one in probed if (hint := _hint(one))]


def _hint(probed: Probed) -> str:
    credential = probed.credential
    try:
        connector = load_connector(credential.connector)
    except NexcredError:
        return ""
    method = connector.method(credential.method)
    remedy = remedy_for(connector, method, probed.result.status) if method else ""
    return f"{credential.name}: {remedy}, then: nexcred update '{credential.name}'" if remedy else ""
