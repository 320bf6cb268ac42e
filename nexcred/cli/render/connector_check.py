"""`connectors check` for people."""

from collections.abc import Iterator

from nexcred.cli.render.style import BOLD, QUIET, paint, status_cell
from nexcred.cli.terminal.visible import visible
from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.language.spec import Connector
from nexcred.connectors.lifecycle import life_of
from nexcred.model.probe import ProbeStatus
from nexcred.services.proving.try_connector import Round, Trial


def check_lines(connector: Connector, trial: Trial | None, *, colour: bool) -> list[str]:
    """Say what the file declares, and what came out where it was tried."""
    lines: list[str] = [visible(paint(connector.name, BOLD, colour=colour), ": the file is right")]
    for method in connector.methods:
        hosts = ", ".join(declared_hosts(method)) or "no host"
        lines.append(visible(f"  {method.name}  ", paint(f"sends to {hosts}", QUIET, colour=colour)))
        lines += [visible("    ", paint(sentence, QUIET, colour=colour)) for sentence in life_of(method)]
    if trial:
        lines += ["", *_trial(trial, colour=colour)]
    return lines


def _trial(trial: Trial, *, colour: bool) -> Iterator[str]:
    if trial.probe:
        yield from _round("with the values given", trial.probe, colour=colour)
    if trial.control:
        yield from _round("with made-up secrets", trial.control, colour=colour)
    result = trial.result
    cell = status_cell(result.status)
    who = f", {result.identity}" if result.identity else ""
    detail = f": {result.detail}" if result.detail else ""
    yield visible(paint(cell.text, cell.style, colour=colour), who, detail)


def _round(heading: str, found: Round, *, colour: bool) -> Iterator[str]:
    yield paint(heading, QUIET, colour=colour)
    for asked in found.asked:
        status = "no answer" if asked.status is None else str(asked.status)
        yield f"  {asked.method} {asked.url}  {status}"
    cell = status_cell(ProbeStatus(found.status))
    yield visible("  ", paint(cell.text, cell.style, colour=colour), f", {_why(found)}")


def _why(found: Round) -> str:
    if found.decided_by:
        return f"by {found.decided_by} (line {found.line})"
    if not found.asked:
        return "without a request"
    return "since nothing answered" if found.asked[-1].status is None else "as its status means for every connector"
