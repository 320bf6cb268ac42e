"""One measured thing, its target, and what both are in multiples of the floor."""

from collections.abc import Sequence
from typing import NamedTuple

# The machine on which the targets in seconds were set runs the floor in so long.
TARGETS_FLOOR_MS = 47
_MS = {"s": 1000.0, "ms": 1.0}


class Row(NamedTuple):
    """What was found, its unit, and the most that it may be."""

    name: str
    value: float
    unit: str
    target: float

    def floors(self, floor_ms: float) -> tuple[float, float] | None:
        """Return what was found and the target, each in its machine's floors; None for what is no time."""
        if self.unit not in _MS:
            return None
        return self.value * _MS[self.unit] / floor_ms, self.target * _MS[self.unit] / TARGETS_FLOOR_MS

    def is_over(self, floor_ms: float) -> bool:
        """True when it misses its target; for a time, also when both are counted in floors."""
        if self.value <= self.target:
            return False
        floors = self.floors(floor_ms)
        return floors is None or floors[0] > floors[1]


def table(title: str, rows: Sequence[Row], floor_ms: float) -> str:
    """Return the rows as Markdown."""
    lines = [f"| {title} | found | target | in floors | target |", "|---|---:|---:|---:|---:|"]
    for row in rows:
        floors = row.floors(floor_ms)
        counted = f"{floors[0]:.1f} | ≤ {floors[1]:.1f}" if floors else " | "
        lines.append(f"| {row.name} | {row.value:.2f} {row.unit} | ≤ {row.target:g} {row.unit} | {counted} |")
    return "\n".join(lines) + "\n"
