"""What goes on: a screen that shows how far it has come, and what a script asks while it is looked at."""

from nexcred.errors import NotFound
from nexcred.server.call import Call, Reply, json_reply
from nexcred.server.page.handling import render
from nexcred.server.page.job import PageJob
from nexcred.server.page.rendering import visible
from nexcred.server.page.site import PageSite


def show_job(site: PageSite, call: Call) -> Reply:
    """Show it; without a script the screen asks for itself anew."""
    word = call.path["job"]
    job = _job(site, word)
    return render(site, "job.html", at="", job=job, word=word, lines=job.seen(0), state=job.state)


def tell_job(site: PageSite, call: Call) -> Reply:
    """Tell a script what is new since the line that it names."""
    job = site.jobs.get(call.path["job"])
    if job is None:
        return json_reply({"state": "failed", "said": "this is not kept any more", "done": 0, "lines": []})
    state = job.state
    since = call.query.get("since", "0")
    seen = job.seen(0)
    start = int(since) if since.isascii() and since.isdigit() and len(since) < 9 else 0
    return json_reply(
        {
            "state": state,
            "said": visible(job.said),
            "hint": visible(job.hint),
            "total": job.total,
            "done": len(seen),
            "leads_to": job.leads_to if state == "over" else "",
            "lines": [
                {
                    "name": visible(line.name),
                    "said": visible(line.said),
                    "status": line.status,
                    "href": site.path("credentials", line.record) if line.record else "",
                }
                for line in seen[start:]
            ],
        }
    )


def _job(site: PageSite, word: str) -> PageJob:
    job = site.jobs.get(word)
    if job is None:
        raise NotFound("this is not kept any more")
    return job
