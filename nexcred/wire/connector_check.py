"""The JSON of `connectors check`."""

from typing import TYPE_CHECKING, TypedDict

from nexcred.connectors.hosts import declared_hosts
from nexcred.connectors.language.spec import Connector

if TYPE_CHECKING:  # `schema` and its completion need the shapes alone
    from nexcred.services.proving.try_connector import Round, Trial


class RequestShape(TypedDict):
    """One request, without its headers, its body and the values of its query."""

    method: str
    url: str
    status: int | None


class RoundShape(TypedDict):
    """`decided_by` is a key of the file; null when the status alone decided, as it does for every connector."""

    status: str
    detail: str
    decided_by: str | None
    line: int | None
    requests: list[RequestShape]


class CheckedMethodShape(TypedDict):
    name: str
    hosts: list[str]


class ConnectorCheckShape(TypedDict):
    """A file that is right. `status` is null when no values were given to try it with."""

    name: str
    file: str
    digest: str
    methods: list[CheckedMethodShape]
    warnings: list[str]
    status: str | None
    identity: str | None
    detail: str
    probe: RoundShape | None
    control: RoundShape | None


class ReportRoundShape(TypedDict):
    """`statuses` are those of its requests, in order; null where nothing answered."""

    status: str
    decided_by: str | None
    statuses: list[int | None]


class ConnectorReportShape(TypedDict):
    """What a real key proved of a connector's file, without anything of the key, its owner or its address."""

    connector: str
    digest: str
    method: str
    day: str
    nexcred: str
    probe: ReportRoundShape | None
    control: ReportRoundShape | None


def connector_report_shape(connector: Connector, trial: "Trial", day: str, version: str) -> ConnectorReportShape:
    return {
        "connector": connector.name,
        "digest": connector.digest,
        "method": trial.method.name,
        "day": day,
        "nexcred": version,
        "probe": _report_round(trial.probe),
        "control": _report_round(trial.control),
    }


def _report_round(found: "Round | None") -> ReportRoundShape | None:
    if found is None:
        return None
    return {
        "status": found.status,
        "decided_by": found.decided_by or None,
        "statuses": [asked.status for asked in found.asked],
    }


def connector_check_shape(
    connector: Connector, file: str, warnings: tuple[str, ...], trial: "Trial | None"
) -> ConnectorCheckShape:
    return {
        "name": connector.name,
        "file": file,
        "digest": connector.digest,
        "methods": [{"name": method.name, "hosts": list(declared_hosts(method))} for method in connector.methods],
        "warnings": list(warnings),
        "status": trial.result.status.value if trial else None,
        "identity": trial.result.identity if trial else None,
        "detail": trial.result.detail if trial else "",
        "probe": _round(trial.probe) if trial else None,
        "control": _round(trial.control) if trial else None,
    }


def _round(found: "Round | None") -> RoundShape | None:
    if found is None:
        return None
    return {
        "status": found.status,
        "detail": found.detail,
        "decided_by": found.decided_by or None,
        "line": found.line,
        "requests": [{"method": asked.method, "url": asked.url, "status": asked.status} for asked in found.asked],
    }
