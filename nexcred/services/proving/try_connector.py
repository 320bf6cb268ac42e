"""Try a connector that is being written: probe and control, with what was asked and which part of the file decided."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from nexcred.auth.flow import ProbeFlow
from nexcred.connectors.language.extending import own_place
from nexcred.connectors.language.spec import Connector, Method
from nexcred.connectors.lint.toml_lines import line_of, lines_by_path
from nexcred.connectors.load.by_toml import documents_of
from nexcred.connectors.load.loader import hosts_to_keep
from nexcred.connectors.values import check_values, choose_method
from nexcred.errors import InvalidData, UsageError
from nexcred.model.credential import Details
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.probing.watched import Asked, ExchangeWatch, Run
from nexcred.services.proving.prober import Authorize, Prober
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.hosts import check_hosts, parse_allow_hosts, without_defaults

MakeProber = Callable[[Callable[[ProbeFlow], ProbeFlow]], Prober]


@dataclass(frozen=True, slots=True)
class Round:
    """The probe, or its control. `decided_by` is a key of the file and stands on `line`; "" and None are no key's."""

    status: str
    detail: str
    asked: tuple[Asked, ...]
    decided_by: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out. `result` is what `probe --control` says; without a control the provider did not accept."""

    method: Method
    result: ProbeResult
    probe: Round | None
    control: Round | None


def values_to_try(
    connector: Connector, values: Mapping[str, object], method_name: str | None, allow_hosts: tuple[str, ...]
) -> Details:
    """Check values that were given for this file; raise MissingField, InvalidData, HostRefused.

    Raises UsageError for a method whose tokens are good once: those that come for them would be lost.
    """
    method = choose_method(connector, values.keys(), method_name)
    if method.auth.lives_in_session:
        raise UsageError(
            f"trying '{method.name}' would use up what it is given",
            hint=f"run: nexcred add {connector.name}; then try it with --credential NAME",
        )
    fields = check_values(connector, method, values)
    hosts = hosts_to_keep(connector, method)
    details = Details(connector.name, connector.digest, method.name, parse_allow_hosts(allow_hosts), fields, hosts)
    check_hosts(method, details)
    return details


def credential_to_try(
    connector: Connector, kept: Details, method_name: str | None, allow_hosts: tuple[str, ...]
) -> Details:
    """Check the values of a credential against this file, which sends it nowhere new unasked; raise as above."""
    if kept.connector != connector.name:
        raise InvalidData(f"that credential belongs to the connector '{kept.connector}', not to '{connector.name}'")
    method = choose_method(connector, (), method_name or kept.method)
    allowed = tuple(dict.fromkeys((*kept.allowed_hosts, *parse_allow_hosts(allow_hosts))))
    fields = check_values(connector, method, kept.fields)
    details = Details(connector.name, connector.digest, method.name, allowed, fields, kept.hosts or ())
    check_hosts(method, without_defaults(details, kept.fields))
    return details


def try_connector(
    connector: Connector,
    details: Details,
    path: Path,
    make_prober: MakeProber,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    authorize: Authorize | None = None,
) -> Trial:
    """Probe with the values, and with made-up secrets when they were accepted. Raises HostRefused.

    `authorize` grants out of the session of a credential that is kept.
    """
    method = choose_method(connector, (), details.method)
    watch = ExchangeWatch()
    prober = make_prober(watch)
    result = prober.probe(method, details, timeout_s=timeout_s, control=True, authorize=authorize)
    places = _Places(connector, method, path)
    probe, control = (_round(run, result, details, places) if run else None for run in _probe_and_control(watch.runs))
    return Trial(method, result, probe, control)


def _probe_and_control(runs: list[Run]) -> tuple[Run | None, Run | None]:
    """Tell them apart: a control follows a yes, and what was refused may have been asked twice."""
    for index, run in enumerate(runs):
        if run.verdict and run.verdict.status is ProbeStatus.ACCEPTED:
            return run, next(iter(runs[index + 1 :]), None)
    return next(reversed(runs), None), None


class _Places:
    """Where the keys of a method's probe stand in its file."""

    def __init__(self, connector: Connector, method: Method, path: Path) -> None:
        data = path.read_bytes()
        self._lines = lines_by_path(data.decode())
        self._own, self._whole = documents_of(data, path.name)
        index = connector.methods.index(method)
        self._probe = f"method[{index}].probe" if "probe" in self._whole["method"][index] else "probe"

    def find(self, key: str) -> tuple[str, int | None]:
        if not key:
            return "", None
        path = f"{self._probe}.{key}"
        place, is_own = own_place(path, self._own, self._whole)
        told = path if is_own else f"{path} of '{self._own['extends']}'"
        return told, line_of(place or "extends", self._lines)


def _round(run: Run, result: ProbeResult, details: Details, places: _Places) -> Round:
    verdict = run.verdict
    decided_by, line = places.find(verdict.decided_by if verdict else "")
    return Round(
        status=(verdict or result).status.value,
        detail=(verdict or result).detail,
        asked=tuple(run.asked(details.fields)),
        decided_by=decided_by,
        line=line,
    )
