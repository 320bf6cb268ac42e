"""How a connector is known, in words."""

from nexcred.connectors.language.evidence import Evidence, Page


def told_evidence(evidence: Evidence) -> str:
    """Return a sentence or two for people."""
    days = [source.read for source in evidence.sources if isinstance(source, Page)]
    read = f", read {max(days):%Y-%m-%d}" if days else ""
    if evidence.level == "documented":
        return f"Known by the provider's own pages{read}."
    if evidence.level == "agreed":
        return "Known by sources that agree with each other: no page of the provider says all of it."
    return "Known by one source alone: a refusal counts only where that says what it looks like."
