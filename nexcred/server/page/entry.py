"""The link that a browser is led to: it serves once, and leaves a cookie."""

from nexcred.server.call import Call, Reply
from nexcred.server.page.handling import render
from nexcred.server.page.site import PageSite

_TOLD = {
    "used": "This link has been used. If that was not you, end nexcred ui with Ctrl-C, and start it anew.",
    "late": "This link has ended: it serves for a minute. Start nexcred ui anew.",
}


def enter(site: PageSite, call: Call) -> Reply:
    """Give the browser its cookie, and lead it on by a page: what a redirect leads to is sent no strict cookie."""
    opening = site.session.link.use(call.path["word"])
    site.on_opening(opening)
    if opening == "opened":
        return render(site, "opened.html", extra={"set-cookie": site.session.set_cookie})
    return render(site, "closed.html", 410, why=_TOLD.get(opening, "This link opens nothing."))
