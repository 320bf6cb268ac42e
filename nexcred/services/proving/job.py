"""One credential that its provider is to be asked about: what that takes, and the asking."""

from collections.abc import Callable
from datetime import datetime

from nexcred.auth.flow import Grant
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import HostRefused, UsageError
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.services.grants.sessions import Sessions, Subject
from nexcred.services.proving.keep_results import GrantedMeanwhile
from nexcred.services.proving.prober import Authorize, Prober
from nexcred.services.values.decoded import open_details
from nexcred.vault.vault import Vault


class Job(NamedTuple):
    """All that one probe needs, read before any thread starts. A second try has what is left of the time."""

    credential: Credential
    connector: Connector
    method: Method
    details: Details
    authorize: Authorize | None
    note: Callable[[Grant], None]
    give_up_at: float | None = None


def job_of(vault: Vault, credential: Credential, sessions: Sessions, granted: GrantedMeanwhile) -> Job:
    """Read what a probe needs; raise what `open_details` does."""
    connector, method, details, _ = open_details(vault, credential)
    authorize = sessions.authorize(Subject(credential, method, details))
    return Job(credential, connector, method, details, authorize, granted.watch(credential, method))


def ask_about(job: Job, prober: Prober, timeout_s: float, *, control: bool = False) -> ProbeResult:
    """Return what the provider proves; a credential that cannot be sent gets a result that says why."""
    credential = job.credential
    try:
        return prober.probe(
            job.method,
            job.details,
            timeout_s=timeout_s,
            control=control,
            version=credential.version,
            authorize=job.authorize,
            note=job.note,
        )
    except HostRefused as error:
        allow = f"; allow it with: nexcred update {shell_word(credential.name)} --allow-host {error.authority}"
        detail = f"not sent: {error.message}{allow if error.authority else ''}"
        return untold(ProbeStatus.INCONCLUSIVE, detail, prober.now(), credential)
    except UsageError as error:  # a value that no header takes
        return untold(ProbeStatus.INCONCLUSIVE, f"not sent: {error.message}", prober.now(), credential)


def untold(status: ProbeStatus, detail: str, now: datetime, credential: Credential) -> ProbeResult:
    """Return a result for what was not asked."""
    return ProbeResult(status, now, 0, detail=detail, version=credential.version)
