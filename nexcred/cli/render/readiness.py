"""Print for people what a project needs, and whether it is there."""

from collections.abc import Sequence

from nexcred.cli.render.style import BOLD, GREEN, QUIET, RED, YELLOW, Cell
from nexcred.services.readiness import Finding, Readiness

HEADINGS = ("NAME", "STATUS", "DETAIL", "FOR")
_STYLES = {
    Readiness.READY: GREEN,
    Readiness.UNVERIFIED: YELLOW,
    Readiness.EXPIRING: YELLOW,
    Readiness.DUE: YELLOW,
}


def rows(findings: Sequence[Finding]) -> list[list[Cell]]:
    return [
        [
            Cell(finding.name, BOLD),
            Cell(finding.readiness.value.replace("_", " "), _STYLES.get(finding.readiness, RED)),
            Cell(finding.detail),
            Cell(", ".join(finding.variables), QUIET),
        ]
        for finding in findings
    ]
