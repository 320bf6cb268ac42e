"""Tell of single records that are damaged: the others are served."""

from collections.abc import Sequence

from nexcred.cli.terminal.streams import Streams
from nexcred.errors import Tampered

_MOST_TOLD = 10


def failure_for(problems: Sequence[str]) -> Tampered:
    """Make the failure of a command that served all records but these."""
    more = f", and {len(problems) - 1} more" if len(problems) > 1 else ""
    return Tampered(f"{problems[0]}{more}", hint="see everything with: nexcred vault verify")


def warn_of(problems: Sequence[str], streams: Streams) -> None:
    """Name the records that were left out, where the command fails for another reason."""
    for problem in problems[:_MOST_TOLD]:
        streams.warn(f"left out: {problem}")
    if len(problems) > _MOST_TOLD:
        streams.warn(f"left out: {len(problems) - _MOST_TOLD} more; see all with: nexcred vault verify")
