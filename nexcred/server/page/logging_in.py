"""Authorizing in another tab: the provider's page is opened there, and this one waits for what it brings back."""

import select
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from nexcred.auth.authorization import Answer, Authorization
from nexcred.auth.flow import Session
from nexcred.connectors.language.spec import Connector, Method
from nexcred.errors import NotProved, UsageError
from nexcred.http.loopback import Loopback
from nexcred.model.credential import Credential, Details
from nexcred.model.named_tuple import NamedTuple
from nexcred.model.secret import repr_of
from nexcred.network.deadline import Deadline
from nexcred.probing.outcome import sentence_for
from nexcred.server.call import Call, Reply
from nexcred.server.page.found import find_record
from nexcred.server.page.handling import SentForm, lead_to
from nexcred.server.page.job import Approval, PageJob
from nexcred.server.page.site import PageSite
from nexcred.services.credentials.add import probe_new
from nexcred.services.grants.browser_answer import PATIENCE_S, listening, pasted
from nexcred.services.grants.device_login import DeviceLogin
from nexcred.services.grants.login import begin, is_by_device, keep_login, needs_login, redeem
from nexcred.services.grants.sessions import Sessions
from nexcred.services.proving.probe_many import probe_many
from nexcred.services.proving.prober import Prober
from nexcred.services.timeouts import DEFAULT_TIMEOUT_S
from nexcred.services.values.decoded import open_details

_LOOK_S = 0.25
_BACK_TO = "the page of nexcred"
_GIVEN_UP = "not logged in: another login was begun in its place"


class LoginSubject(NamedTuple):
    """Whom a person approves for."""

    connector: Connector
    method: Method
    details: Details

    def __repr__(self) -> str:
        return repr_of(self, "connector", "method")


def begin_login(site: PageSite, call: Call, word: str) -> Reply:
    """Begin it for a draft: what is granted is kept with that, and its provider asked."""
    call.principal.require_all("write")
    draft = site.drafts.get(word)
    if draft is None or draft.new is None:
        raise UsageError("what was typed is not kept any more", hint="begin anew")
    new = draft.new

    def finish(session: Session) -> str:
        granted, result = probe_new(replace(new, session=session), Prober(site.means.environment))
        site.drafts.put(replace(draft, new=granted, result=result), word)
        return sentence_for(result, new.connector.title)

    back = site.path("add", f"{draft.connector}?draft={word}")
    return _start(site, LoginSubject(new.connector, new.method, new.details), finish, back)


def take_login(site: PageSite, call: Call, _form: SentForm) -> Reply:
    """Begin it for a credential of the vault, in place of a login that has ended."""
    credential = call.access.read(lambda vault: find_record(vault, call.path["record"]))
    call.principal.require("write", credential)
    call.access.read(lambda vault: vault.require_writer(credential))
    connector, method, details, _ = call.access.read(lambda vault: open_details(vault, credential))
    if not needs_login(method.auth):
        raise UsageError(f"'{credential.name}' needs no login: its method is '{method.name}'")
    call.access.note("login", [credential])
    finish = partial(_keep, site, credential)
    return _start(site, LoginSubject(connector, method, details), finish, site.path("credentials", credential.id))


def take_pasted(site: PageSite, call: Call, form: SentForm) -> Reply:
    """Take the address that a browser ended on, where that is on another machine."""
    job = site.jobs.get(call.path["job"])
    answer = pasted(form.one("address"))
    if job is None or answer is None:
        raise UsageError("that is no answer to a login", hint="paste the whole address of the page that you end on")
    job.paste(answer)
    return lead_to(site, "jobs", call.path["job"])


def _keep(site: PageSite, credential: Credential, session: Session) -> str:
    means = site.means
    vault = means.open_again()
    saved = keep_login(vault, credential, session)
    sessions = Sessions(vault, means.state_folder, means.environment)
    report = probe_many(vault, [saved], Prober(means.environment), sessions, now=means.now())
    return sentence_for(report.probed[0].result, credential.connector) if report.probed else "logged in"


def _start(site: PageSite, subject: LoginSubject, finish: Callable[[Session], str], back: str) -> Reply:
    """Begin one login in place of any other: there is one port for the browser's answer."""
    for other in site.jobs.all():
        if other.kind == "login" and other.state == "running":
            other.give_up()
    job = PageJob("login", f"Authorize nexcred at {subject.connector.title}", 0, back)
    job.leads_to = back
    word = site.jobs.put(job)
    ask = _ask_by_device if is_by_device(subject.method, has_browser=True) else _ask_by_browser
    job.start(partial(_work, site, subject, ask, finish))
    job.wait_until_asked()
    return lead_to(site, "jobs", word)


def _work(
    site: PageSite,
    subject: LoginSubject,
    ask: Callable[[PageSite, LoginSubject, PageJob], Session],
    finish: Callable[[Session], str],
    job: PageJob,
) -> str:
    return finish(ask(site, subject, job))


def _ask_by_browser(site: PageSite, subject: LoginSubject, job: PageJob) -> Session:
    authorization = begin(subject.method, subject.details)
    with listening(authorization, _BACK_TO) as loopback:
        job.ask_for(Approval(authorization.url, urlsplit(authorization.url).netloc, can_paste=True))
        answer = _awaited(authorization, loopback, job)
    return redeem(
        *subject,
        authorization,
        answer,
        environment=site.means.environment,
        deadline=Deadline.after(DEFAULT_TIMEOUT_S),
        now=site.means.now(),
    )


def _awaited(authorization: Authorization, loopback: Loopback | None, job: PageJob) -> Answer:
    """Return the answer that belongs to this login; raise NotProved when none came in time."""
    ends_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends_at and not job.is_given_up:
        if loopback is None:
            time.sleep(_LOOK_S)
        elif select.select([loopback], [], [], _LOOK_S)[0] and loopback.answer is not None:
            return loopback.answer
        if job.pasted is not None and authorization.is_answered_by(job.pasted):
            return job.pasted
    raise NotProved(
        _GIVEN_UP if job.is_given_up else f"not logged in: nobody approved it in {PATIENCE_S / 60:g} minutes"
    )


def _ask_by_device(site: PageSite, subject: LoginSubject, job: PageJob) -> Session:
    def wait(seconds: float) -> None:
        if job.is_given_up:
            raise NotProved(_GIVEN_UP)
        time.sleep(seconds)

    login = DeviceLogin(*subject, site.means.environment, site.means.now, wait)
    device = login.begin()
    if refused := login.refusal_of(device):
        raise refused
    url = device.verification_uri
    job.ask_for(Approval(url, urlsplit(url).netloc, code=device.user_code))
    return login.finish(device)
