"""What every request to a screen goes through: its form's token, its failures as a page, and where it leads."""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import parse_qsl

from nexcred.errors import Locked, NexcredError, NotPermitted, UsageError
from nexcred.server.call import Call, Reply
from nexcred.server.endpoint import Handler
from nexcred.server.failures import refusal, reply_to
from nexcred.server.page.session import is_same
from nexcred.server.page.site import PageSite

TOKEN_HEADER = "x-nexcred-token"  # noqa: S105  the name of a header
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 500
_UNLOCK = "unlock it at the terminal with: nexcred vault unlock; then reload this screen"


class SentForm:
    """The fields of a form as they were sent, line breaks as everywhere else."""

    def __init__(self, body: bytes) -> None:
        """Read them; raise UsageError for what is no form."""
        try:
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        except ValueError:
            raise UsageError("that is no form of this page") from None
        self._pairs = [(name, value.replace("\r\n", "\n")) for name, value in pairs]

    def one(self, name: str) -> str:
        """Return the value that was sent last; "" for none."""
        return next((value for sent, value in reversed(self._pairs) if sent == name), "")

    def all(self, name: str) -> list[str]:
        return [value for sent, value in self._pairs if sent == name]

    def below(self, prefix: str) -> dict[str, str]:
        """Return all whose names begin so, by the rest of them."""
        return {name.removeprefix(prefix): value for name, value in self._pairs if name.startswith(prefix)}


Show = Callable[[PageSite, Call], Reply]
Take = Callable[[PageSite, Call, SentForm], Reply]


def shown(site: PageSite, show: Show) -> Handler:
    """Return the handler of a screen."""
    return partial(_told, site, partial(show, site))


def posted(site: PageSite, take: Take) -> Handler:
    """Return the handler of a form: it carries the token of this session, or nothing is done."""

    def handle(call: Call) -> Reply:
        is_form = call.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
        form = SentForm(call.body if is_form else b"")
        if not is_same(form.one("token"), site.session.form_token):
            raise NotPermitted(
                "this form is not of this session, so nothing was done", hint="open the screen again and send it anew"
            )
        return take(site, call, form)

    return partial(_told, site, handle)


def fetched(site: PageSite, show: Show) -> Handler:
    """Return the handler of what a script asks for: it brings the token in a header."""

    def handle(call: Call) -> Reply:
        if not is_same(call.headers.get(TOKEN_HEADER, ""), site.session.form_token):
            return refusal(403, "no_token", "this is for the scripts of the page")
        return show(site, call)

    return handle


def render(
    site: PageSite, template: str, status: int = 200, *, extra: Mapping[str, str] | None = None, **values: object
) -> Reply:
    """Return a screen."""
    reply = site.rendering.reply(
        template, {"said": site.take_said(), "at": "", **values}, now=site.means.now(), status=status
    )
    return reply if not extra else Reply(reply.status, reply.body, {**reply.headers, **extra})


def lead_to(site: PageSite, *parts: str) -> Reply:
    """Lead the browser to another screen, by asking for it anew: a reload sends no form twice."""
    return Reply(303, b"", {"location": site.path(*parts)})


def _told(site: PageSite, handle: Handler, call: Call) -> Reply:
    """Return what the handler does, a failure of it as a page."""
    try:
        return handle(call)
    except NexcredError as error:
        hint = _UNLOCK if isinstance(error, Locked) else error.hint
        return render(site, "failure.html", reply_to(error).status, error=error, hint=hint)
