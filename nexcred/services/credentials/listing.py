"""Which credentials a list shows."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from nexcred.connectors.load.names import find_connector
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential
from nexcred.model.probe import ProbeStatus, verified_status
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible

UNPROBED = "unprobed"
STATUSES = ("verified", "failed", "unverified", UNPROBED, *(status.value for status in ProbeStatus))


class Filter(NamedTuple):
    """What must hold of a credential; what is None or empty always holds. Any of several tags is enough."""

    connector: str | None = None
    tags: tuple[str, ...] = ()
    status: str | None = None
    expiring_within: timedelta | None = None

    def takes(self, credential: Credential, now: datetime) -> bool:
        if self.connector is not None and credential.connector != self.connector:
            return False
        if self.tags and not set(self.tags) & set(credential.tags):
            return False
        if self.status is not None and self.status not in _statuses_of(credential):
            return False
        return self.expiring_within is None or expires_within(credential, self.expiring_within, now)


def select(credentials: Iterable[Credential], wanted: Filter, now: datetime) -> list[Credential]:
    """Return those that the filter takes, in the order given.

    Raises InvalidData for an unknown status, UnknownConnector for a connector that no credential has and nobody knows:
    a job that probes those of a mistyped one must not pass.
    """
    check_status(wanted.status)
    everything = list(credentials)
    if wanted.connector is not None and all(credential.connector != wanted.connector for credential in everything):
        find_connector(wanted.connector)
    return [credential for credential in everything if wanted.takes(credential, now)]


def expires_within(credential: Credential, within: timedelta, now: datetime) -> bool:
    """True when it expires in that time, or has expired already."""
    return credential.expires_at is not None and credential.expires_at - now <= within


def check_status(status: str | None) -> None:
    """Raise InvalidData for a word that is no status."""
    if status is not None and status not in STATUSES:
        meant = suggest(status, STATUSES)
        raise InvalidData(
            f"'{make_visible(status[:40])}' is not a status",
            hint=f"did you mean '{meant}'?" if meant else f"it is one of: {', '.join(STATUSES)}",
            problems=(Problem("status", f"must be one of: {', '.join(STATUSES)}", "--status …"),),
        )


def _statuses_of(credential: Credential) -> tuple[str, ...]:
    """Return both words for the state: the seed's and the probe's."""
    if credential.probe is None:
        return (UNPROBED,)
    verified = verified_status(credential.probe) or UNPROBED
    return verified.lower(), credential.probe.status.value
