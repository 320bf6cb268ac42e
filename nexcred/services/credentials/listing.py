"""Which credentials a list shows."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from math import inf

from nexcred.connectors.load.names import find_connector
from nexcred.errors import InvalidData, Problem
from nexcred.model.credential import Credential
from nexcred.model.name import fold_name, is_pattern, name_order
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeStatus, verified_status
from nexcred.model.secret import repr_of
from nexcred.model.suggest import suggest
from nexcred.model.text import make_visible

UNPROBED = "unprobed"
STATUSES = ("verified", "failed", "unverified", UNPROBED, *(status.value for status in ProbeStatus))


class Filter(NamedTuple):
    """What must hold of a credential: any of several of one kind, and each kind; what is None or empty always holds.

    `words` must all stand somewhere in what names and describes it, in any case of letters; one with `*`, `?` or `[`
    may also be a glob over names.
    """

    connectors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    expiring_within: timedelta | None = None
    words: tuple[str, ...] = ()
    is_due: bool = False
    is_exposed: bool = False
    is_superseded: bool = False

    def __repr__(self) -> str:
        return repr_of(self, "expiring_within")

    def takes(self, credential: Credential, now: datetime) -> bool:
        if self.connectors and credential.connector not in self.connectors:
            return False
        if self.tags and not set(self.tags) & set(credential.tags):
            return False
        if self.statuses and not set(self.statuses) & set(_statuses_of(credential)):
            return False
        if self.words and not _has_words(credential, self.words):
            return False
        if self.expiring_within is not None and not expires_within(credential, self.expiring_within, now):
            return False
        if self.is_due and not is_due(credential, now):
            return False
        policy = credential.policy
        if self.is_exposed and not (policy and policy.exposed):
            return False
        return not self.is_superseded or bool(policy and policy.superseded)


def select(credentials: Iterable[Credential], wanted: Filter, now: datetime) -> list[Credential]:
    """Return those that the filter takes, in the order given.

    Raises InvalidData for an unknown status, UnknownConnector for a connector that no credential has and nobody knows:
    a job that probes those of a mistyped one must not pass.
    """
    check_statuses(wanted.statuses)
    everything = list(credentials)
    for connector in set(wanted.connectors) - {credential.connector for credential in everything}:
        find_connector(connector)
    return [credential for credential in everything if wanted.takes(credential, now)]


def in_order(credentials: Iterable[Credential], order: str) -> list[Credential]:
    """Sort by one of ORDERS, then by name; raise InvalidData for another word."""
    return sorted(credentials, key=order_key(order))


def order_key(order: str) -> Callable[[Credential], tuple[float, str]]:
    """Return what `in_order` sorts by."""
    if order not in ORDERS:
        raise InvalidData(f"--sort is one of: {', '.join(ORDERS)}")
    return lambda credential: (ORDERS[order](credential), name_order(credential.name))


def _trouble_first(credential: Credential) -> int:
    """Put first what the provider refused, then what is not proved, then what nobody has tried."""
    if credential.probe is None:
        return 2
    return {"FAILED": 0, "VERIFIED": 3}.get(verified_status(credential.probe) or "", 1)


# What `--sort` may say: what is to be looked at first comes first.
ORDERS: Mapping[str, Callable[[Credential], float]] = {
    "name": lambda _: 0,
    "status": _trouble_first,
    "checked": lambda credential: credential.probe.checked_at.timestamp() if credential.probe else 0,
    "expires": lambda credential: credential.expires_at.timestamp() if credential.expires_at else inf,
    "changed": lambda credential: -credential.updated_at.timestamp(),
}


def found_by(credential: Credential) -> str:
    """Return the lines in which words are looked for: what names and describes it, and the values that show."""
    identity = credential.probe.identity if credential.probe else None
    told = (credential.name, credential.description, *credential.tags, credential.connector, identity or "")
    return "\n".join((*told, *map(str, credential.public.values())))


def _has_words(credential: Credential, words: Iterable[str]) -> bool:
    text, name = found_by(credential).casefold(), fold_name(credential.name)
    return all(word.casefold() in text or (is_pattern(word) and fnmatchcase(name, fold_name(word))) for word in words)


def expires_within(credential: Credential, within: timedelta, now: datetime) -> bool:
    """True when it expires in that time, or has expired already."""
    return credential.expires_at is not None and credential.expires_at - now <= within


def is_due(credential: Credential, now: datetime) -> bool:
    """True when its secret is older than it may become."""
    terms = credential.terms
    return terms is not None and terms.due_at is not None and terms.due_at <= now


def check_statuses(statuses: Iterable[str]) -> None:
    """Raise InvalidData for a word that is no status."""
    for status in statuses:
        if status not in STATUSES:
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
