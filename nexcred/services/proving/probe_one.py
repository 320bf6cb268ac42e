"""Probe one credential of a vault that threads share: while its provider is asked, others read and write."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from nexcred.connectors.language.spec import Connector
from nexcred.errors import NexcredError
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult
from nexcred.services.grants.sessions import Sessions
from nexcred.services.proving.job import ask_about, job_of
from nexcred.services.proving.keep_results import GrantedMeanwhile, keep_results
from nexcred.services.proving.prober import Prober
from nexcred.vault.vault import Vault

T = TypeVar("T")


class SharedReading(Protocol):
    """A vault that one thread at a time reads."""

    environment: Mapping[str, str]
    sessions: Sessions

    def read(self, look: Callable[[Vault], T]) -> T: ...


class ProbedOne(NamedTuple):
    """What was found out, and why it is not kept in the vault; "" where it is."""

    connector: Connector
    result: ProbeResult
    unsaved: str


def probe_one(
    access: SharedReading, credential: Credential, *, timeout_s: float, stays_outside: bool = False
) -> ProbedOne:
    """Ask the provider and keep what it said; raise NotPermitted, Damaged, UnknownConnector, SpecError.

    `stays_outside` is the Prober's: for who did not type where it goes.
    """
    granted = GrantedMeanwhile()
    job = access.read(lambda vault: job_of(vault, credential, access.sessions, granted))
    result = ask_about(job, Prober(access.environment, stays_outside=stays_outside), timeout_s)
    try:
        unsaved = access.read(lambda vault: keep_results(vault, [(credential, result)], granted))
    except NexcredError as error:  # what was found out is told all the same
        unsaved = error.message
    return ProbedOne(job.connector, result, unsaved)
