"""The board as OpenMetrics 1.0, for the textfile collector of node_exporter and its kin.

https://prometheus.io/docs/specs/om/open_metrics_spec/. Names of credentials are labels; no value is one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeStatus
from nexcred.services.status.board import counts
from nexcred.services.status.row import BoardRow, Trouble

_ESCAPED = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def openmetrics(credentials: Sequence[Credential], rows: Sequence[BoardRow]) -> str:
    """Return the whole text, with its end mark. Of a credential that was never probed the status is `unknown`."""
    return "".join([*_credentials(credentials), *_troubles(rows), "# EOF\n"])


def _credentials(credentials: Sequence[Credential]) -> Iterator[str]:
    yield _family("nexcred_credential_status", "gauge", "What its provider said last: 1 for that status.")
    for one in credentials:
        status = one.probe.status.value if one.probe else "unknown"
        yield _sample("nexcred_credential_status", {**_labels(one), "status": status}, 1)
    yield _family("nexcred_credential_expires_timestamp_seconds", "gauge", "When it ends.", "seconds")
    yield from _times("nexcred_credential_expires_timestamp_seconds", ((one, one.expires_at) for one in credentials))
    yield _family("nexcred_credential_last_proved_timestamp_seconds", "gauge", "When it was last accepted.", "seconds")
    proved = (
        (one, one.probe.checked_at if one.probe and one.probe.status is ProbeStatus.ACCEPTED else None)
        for one in credentials
    )
    yield from _times("nexcred_credential_last_proved_timestamp_seconds", proved)


def _troubles(rows: Sequence[BoardRow]) -> Iterator[str]:
    yield _family("nexcred_status_rows", "gauge", "How many rows of each kind the board of nexcred status has.")
    found = counts(rows)
    for trouble in Trouble:
        yield _sample("nexcred_status_rows", {"trouble": trouble.value}, found.get(trouble, 0))


def _times(name: str, moments: Iterable[tuple[Credential, datetime | None]]) -> Iterator[str]:
    for credential, moment in moments:
        if moment is not None:
            yield _sample(name, _labels(credential), round(moment.timestamp()))


def _labels(credential: Credential) -> dict[str, str]:
    return {"name": credential.name, "connector": credential.connector}


def _family(name: str, kind: str, told: str, unit: str = "") -> str:
    named = f"# UNIT {name} {unit}\n" if unit else ""
    return f"# TYPE {name} {kind}\n{named}# HELP {name} {told}\n"


def _sample(name: str, labels: Mapping[str, str], value: int) -> str:
    written = ",".join(f'{label}="{text.translate(_ESCAPED)}"' for label, text in labels.items())
    return f"{name}{{{written}}} {value}\n"
