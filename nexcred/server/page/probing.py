"""Asking the providers, one or all, while a person looks on."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from nexcred.model.credential import Credential
from nexcred.probing.outcome import sentence_for
from nexcred.server.call import Call, Reply
from nexcred.server.page.found import find_record
from nexcred.server.page.handling import SentForm, lead_to
from nexcred.server.page.job import JobLine, PageJob
from nexcred.server.page.site import PageSite
from nexcred.server.page.systems import Titles, title_of
from nexcred.services.grants.sessions import Sessions
from nexcred.services.proving.probe_many import Probed, probe_many
from nexcred.services.proving.probe_options import ProbeOptions
from nexcred.services.proving.prober import Prober


def take_probe_all(site: PageSite, call: Call, _form: SentForm) -> Reply:
    """Begin to probe whatever may be."""
    everything = call.access.read(lambda vault: list(vault.credentials()))
    chosen = call.principal.among("probe", everything)
    job = PageJob("probe", "Asking every provider", len(chosen), site.path("credentials"))
    return _start(site, call, chosen, job)


def take_probe(site: PageSite, call: Call, _form: SentForm) -> Reply:
    """Begin to probe one."""
    credential = call.access.read(lambda vault: find_record(vault, call.path["record"]))
    call.principal.require("probe", credential)
    back = site.path("credentials", credential.id)
    job = PageJob("probe", f"Asking {title_of(credential.connector)}", 1, back)
    job.leads_to = back
    return _start(site, call, [credential], job)


def _start(site: PageSite, call: Call, chosen: Sequence[Credential], job: PageJob) -> Reply:
    call.access.note("probe", chosen)
    word = site.jobs.put(job)
    job.start(partial(_probe, site, chosen))
    return lead_to(site, "jobs", word)


def _probe(site: PageSite, chosen: Sequence[Credential], job: PageJob) -> str:
    means = site.means
    vault, titles = means.open_again(), Titles()
    report = probe_many(
        vault,
        chosen,
        Prober(means.environment),
        Sessions(vault, means.state_folder, means.environment),
        now=means.now(),
        options=ProbeOptions(leave_withheld=True),
        on_result=lambda probed: job.add(_line(probed, titles[probed.credential.connector])),
    )
    for credential, error in report.wrong:
        job.add(JobLine(credential.name, error.message, "damaged", credential.id))
    for credential in report.withheld:
        job.add(JobLine(credential.name, "not shared with you, so it was not asked", "", credential.id))
    told = Counter(one.result.status.value.replace("_", " ") for one in report.probed)
    said = ", ".join(f"{count} {status}" for status, count in told.most_common()) or "nothing to ask"
    return said + (f"; not kept in the vault: {report.unsaved}" if report.unsaved else "")


def _line(probed: Probed, title: str) -> JobLine:
    credential, result = probed.credential, probed.result
    said = sentence_for(result, title)
    who = f": {result.identity}" if result.identity else ""
    return JobLine(credential.name, said + who, result.status.value, credential.id)
