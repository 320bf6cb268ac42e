"""Probe credentials that are in the vault: many at once, their results kept in one commit."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from nexcred.errors import (
    Damaged,
    NexcredError,
    NotPermitted,
    RolledBack,
    Tampered,
)
from nexcred.model.credential import Credential
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.probe import ProbeResult, ProbeStatus
from nexcred.probing.control import wants_control
from nexcred.services.grants.sessions import Sessions
from nexcred.services.proving.findings import Findings
from nexcred.services.proving.job import Job, ask_about, job_of, untold
from nexcred.services.proving.keep_results import BeforeKept, GrantedMeanwhile, Results, keep_results
from nexcred.services.proving.probe_options import DEFAULT_JOBS, DEFAULT_PER_PLACE, ProbeOptions
from nexcred.services.proving.prober import Prober
from nexcred.services.proving.schedule import QueuedProbe, Schedule, Turn
from nexcred.services.values.hosts import rate_limit_key
from nexcred.vault.vault import Vault

# The least time between two requests of one credential to a host that asks for rest.
_SHORTEST_REST_S = 1.0
# A second try may take as long, although its time is nearly up.
_SHORTEST_TRY_S = 0.5
# So many are read from the vault in one go, during which nobody can write to it.
_BATCH = 200


class Probed(NamedTuple):
    """One credential and what is known of it; `cached` when the provider was not asked this time."""

    credential: Credential
    result: ProbeResult
    cached: bool


class Report(NamedTuple):
    """What was found out, in the order asked for. `interrupted` when some were left out by Ctrl-C.

    `unsaved` says why the results are not kept in the vault; "" when they are. `withheld` were left out: they are not
    shared with this identity; `wrong` are those that somebody spoilt, disputed, or put back.
    """

    probed: tuple[Probed, ...]
    interrupted: bool
    unsaved: str
    withheld: tuple[Credential, ...] = ()
    wrong: tuple[tuple[Credential, Damaged], ...] = ()

    @property
    def fresh(self) -> Results:
        """What was found out now, and not before."""
        return [(one.credential, one.result) for one in self.probed if not one.cached]


class _LeftOut(NamedTuple):
    """What is not probed, and why."""

    withheld: list[Credential]
    wrong: list[tuple[Credential, Damaged]]


Progress = Callable[[Probed], None]


def probe_many(
    vault: Vault,
    credentials: Sequence[Credential],
    prober: Prober,
    sessions: Sessions,
    *,
    now: datetime,
    options: ProbeOptions | None = None,
    on_result: Progress = lambda _probed: None,
    before_kept: BeforeKept = lambda _: None,
) -> Report:
    """Probe all, tell each result as it comes, and keep them in one commit; `before_kept` is told just before it.

    The first Ctrl-C stops cleanly with what is known, once sessions that are being renewed are stored. A credential
    that cannot be sent gets a result that says why.
    Raises NotPermitted, before anything is sent, for one that is not shared with this identity.
    """
    options = options or ProbeOptions()
    found: dict[str, Probed] = {}
    granted = GrantedMeanwhile()

    def note(probed: Probed) -> None:
        if probed.credential.id not in found:
            found[probed.credential.id] = probed
            on_result(probed)

    interrupted = False
    left_out = _LeftOut([], [])
    try:
        jobs = _prepare(vault, credentials, sessions, now, options, note, left_out, granted)
        _run(jobs, prober, options, note)
    except KeyboardInterrupt:
        interrupted = True
        sessions.settle()
    fresh = [(probed.credential, probed.result) for probed in found.values() if not probed.cached]
    try:
        unsaved = keep_results(vault, fresh, granted, before_kept)
    except KeyboardInterrupt:  # all or nothing was written; what is known is still to be told
        interrupted, unsaved = True, "interrupted while they were written"
    ordered = tuple(found[credential.id] for credential in credentials if credential.id in found)
    return Report(ordered, interrupted, unsaved, tuple(left_out.withheld), tuple(left_out.wrong))


def _prepare(
    vault: Vault,
    credentials: Iterable[Credential],
    sessions: Sessions,
    now: datetime,
    options: ProbeOptions,
    note: Progress,
    left_out: _LeftOut,
    granted: GrantedMeanwhile,
) -> list[Job]:
    """Read what each probe needs; what is answered without one is noted at once."""
    jobs: list[Job] = []
    wanted = []
    for credential in credentials:
        cached = _cached(credential, now, options.max_age)
        if cached is not None:
            note(Probed(credential, cached, cached=True))
        else:
            wanted.append(credential)
    for start in range(0, len(wanted), _BATCH):
        with vault.snapshot():
            for credential in wanted[start : start + _BATCH]:
                try:
                    jobs.append(job_of(vault, credential, sessions, granted))
                except (Tampered, RolledBack) as error:  # one that somebody spoilt is in nobody's way
                    left_out.wrong.append((credential, error))
                except Damaged:
                    raise
                except NotPermitted:
                    if not options.leave_withheld:
                        raise
                    left_out.withheld.append(credential)
                except NexcredError as error:  # its connector is gone: the others go on
                    result = untold(ProbeStatus.UNSUPPORTED, error.message, now, credential)
                    note(Probed(credential, result, cached=False))
    return jobs


def _cached(credential: Credential, now: datetime, max_age: timedelta | None) -> ProbeResult | None:
    result = credential.probe
    if result is None or max_age is None or result.version != credential.version:
        return None
    if credential.expires_at is not None and credential.expires_at <= now:
        return None
    return result if timedelta(0) <= now - result.checked_at <= max_age else None


def _run(jobs: Sequence[Job], prober: Prober, options: ProbeOptions, note: Progress) -> None:
    """Probe in threads; results are noted in this one. They die with the process, so that Ctrl-C need not wait."""
    schedule = Schedule(
        (_wanted(job, options) for job in jobs),
        per_place=options.jobs or DEFAULT_PER_PLACE,
        longest_wait_s=options.timeout_s,
    )
    results = Findings[Probed]()
    for _ in range(min(options.jobs or DEFAULT_JOBS, len(jobs))):
        threading.Thread(target=_work, args=(schedule, prober, options, results), daemon=True).start()
    try:
        if jobs:
            import nexcred.vault.edit  # noqa: F401  by which the results are kept: the providers take as long
        for _ in jobs:
            note(results.take())
    except KeyboardInterrupt:
        for result in list(results.all):
            note(result)
        raise
    finally:
        schedule.stop()


def _wanted(job: Job, options: ProbeOptions) -> QueuedProbe[Job]:
    requests = len(job.method.requests()) * (2 if options.control or wants_control(job.method) else 1)
    return QueuedProbe(rate_limit_key(job.method, job.details.fields), job, job.connector.limits, max(requests, 1))


def _work(schedule: Schedule[Job], prober: Prober, options: ProbeOptions, results: Findings[Probed]) -> None:
    while (turn := schedule.next()) is not None:
        try:
            result = _probe(turn, schedule, prober, options)
            if result is not None:
                results.put(Probed(turn.job.credential, result, cached=False))
        except BaseException as error:  # noqa: BLE001  handed to the thread that waits, where it is raised
            results.fail(error)
            return
        finally:
            schedule.done(turn.place)


def _probe(turn: Turn[Job], schedule: Schedule[Job], prober: Prober, options: ProbeOptions) -> ProbeResult | None:
    """Return what was found out; None when the host asks for a rest that the time allows, and has its turn again."""
    job, now = turn.job, time.monotonic()
    if turn.wait_s:
        return _not_asked(job, turn.wait_s, prober.now())
    if job.give_up_at is None:
        give_up_at, timeout_s = now + options.timeout_s, options.timeout_s
    else:
        give_up_at, timeout_s = job.give_up_at, max(round(job.give_up_at - now, 1), _SHORTEST_TRY_S)
    result = ask_about(job, prober, timeout_s, control=options.control)
    if result.status is ProbeStatus.RATE_LIMITED and result.retry_after_s is not None:
        rest_s = max(result.retry_after_s, _SHORTEST_REST_S)
        schedule.close(turn.place, rest_s)
        if time.monotonic() + rest_s < give_up_at:
            schedule.again(_wanted(job._replace(give_up_at=give_up_at), options))
            return None
    return result


def _not_asked(job: Job, wait_s: float, now: datetime) -> ProbeResult:
    detail = f"not asked: this host wants {wait_s:.0f} s of rest"
    waiting = untold(ProbeStatus.RATE_LIMITED, detail, now, job.credential)
    return waiting._replace(retry_after_s=round(wait_s, 3))
