"""How a connector is known: what its file says, and what a kept report of a real key proves."""

import json
from collections.abc import Mapping
from pathlib import Path

from nexcred.connectors.language.evidence import Page
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.load.names import CATALOGUE

# What `connectors check NAME --credential CREDENTIAL --report` wrote: a file for each connector, as `NAME.json`.
REPORTS = CATALOGUE / "live"
LIVE = "live"


def level_of(connector: Connector, reports: Path = REPORTS) -> str:
    """Return the level of its evidence: `live` where a kept report is of this very file, "" for the user's own."""
    if connector.file or connector.evidence is None:
        return ""
    return LIVE if _report_of(connector, reports) else connector.evidence.level


def told_evidence(connector: Connector) -> str:
    """Return a sentence or two for people; "" for a connector of the user's own."""
    level = level_of(connector)
    evidence = connector.evidence
    if not level or evidence is None:
        return ""
    if level == LIVE:
        return (
            f"Tried with a real key on {_report_of(connector, REPORTS)['day']}: it was accepted, a made-up one was not."
        )
    days = [source.read for source in evidence.sources if isinstance(source, Page)]
    read = f", read {max(days):%Y-%m-%d}" if days else ""
    if level == "documented":
        return f"Known by the provider's own pages{read}."
    if level == "agreed":
        return "Known by sources that agree with each other: no page of the provider says all of it."
    if not any(method.probe for method in connector.methods):
        return "Known by one source alone."
    return "Known by one source alone: a refusal counts only where that source says what it looks like."


def _report_of(connector: Connector, reports: Path) -> Mapping[str, object]:
    """Return the kept report, empty where there is none, or where it is of another file or proves nothing."""
    try:
        found = json.loads((reports / f"{connector.name}.json").read_bytes())
    except OSError:
        return {}
    proves = found["probe"]["status"] == "accepted" and found["control"] and found["control"]["status"] != "accepted"
    return found if found["digest"] == connector.digest and proves else {}
