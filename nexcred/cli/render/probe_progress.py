"""Report progress while many credentials are probed: counts by status, and of more than a few the failures so far."""

from collections import Counter

from nexcred.cli.render.style import paint, status_cell
from nexcred.cli.terminal.progress import Progress
from nexcred.cli.terminal.visible import visible
from nexcred.model.probe import ProbeStatus
from nexcred.services.proving.probe_many import Probed

_FEW = 9  # the table that follows shows them at a glance, and would only say it again


class ProbeTally:
    """Call it with each result as it comes."""

    def __init__(self, progress: Progress, total: int, *, colour: bool) -> None:
        self._progress = progress
        self._total = total
        self._colour = colour
        self._counts: Counter[ProbeStatus] = Counter()

    def __call__(self, probed: Probed) -> None:
        self._counts[probed.result.status] += 1
        self._progress.show(self._counts.total(), self._total, self._note())
        if self._total > _FEW and probed.result.status is not ProbeStatus.ACCEPTED:
            self._progress.say(self._line(probed))

    def _note(self) -> str:
        return ", ".join(f"{self._counts[status]} {status.value}" for status in ProbeStatus if self._counts[status])

    def _line(self, probed: Probed) -> str:
        status = status_cell(probed.result.status)
        shown = paint(status.text, status.style, colour=self._colour)
        detail = probed.result.detail
        return visible(f"  {probed.credential.name}: ", shown, f", {detail}" if detail else "")
