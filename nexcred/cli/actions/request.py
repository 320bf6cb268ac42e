"""Send an API request as a credential."""

from collections.abc import Callable
from typing import TypeVar

from nexcred.auth.flow import Response
from nexcred.cli.app.context import Context
from nexcred.cli.input.files import read_input
from nexcred.cli.input.request import Flags, wanted_of
from nexcred.cli.render.answer import print_body, print_head
from nexcred.connectors.minting import minted_by
from nexcred.errors import NexcredError, NotProved, Rejected
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.requests.request import Requester, readable

T = TypeVar("T")
_LARGEST_INPUT = 64 * 1024 * 1024


def act(
    context: Context,
    name: str,
    path: str,
    *,
    method: str | None = None,
    header: list[str] | None = None,
    field: list[str] | None = None,
    json_field: list[str] | None = None,
    source: str | None = None,
    paginate: bool = False,
    include: bool = False,
) -> None:
    """Print the answer; raise where it is no success."""
    read = (lambda: read_input(context, source, "--input", _LARGEST_INPUT)) if source is not None else None
    wanted = wanted_of(path, Flags(method, header or (), field or (), json_field or (), read))
    requester = context.find_and(
        name, lambda found: Requester(context.vault, found, context.sessions, context.environment)
    )
    request = requester.request_for(wanted)
    context.note_use("request", [requester.credential])
    if not paginate:
        _print(context, requester, _awaited(context, requester, lambda: requester.send(request)), include=include)
        if what := minted_by(requester.method, requester.details.fields, request):
            context.streams.note(f"the answer holds {make_visible(what)}: keep it with nexcred add")
        return
    from nexcred.services.requests.pages import pages

    following = pages(requester, request)
    while (page := _awaited(context, requester, lambda: next(following, None))) is not None:
        _print(context, requester, page, include=include)
        if not context.terminal.ttys.stdout and not page.body.endswith(b"\n"):
            context.streams.raw(b"\n")


def _awaited(context: Context, requester: Requester, ask: Callable[[], T]) -> T:
    """Return the answer; a line tells who is waited for, where a terminal is looked at."""
    if not context.terminal.animated:
        return ask()
    from nexcred.cli.terminal.progress import Progress  # for people, who wait anyway

    with Progress(context.streams, context.terminal, f"asking {requester.connector.title}", 1):
        return ask()


def _print(context: Context, requester: Requester, response: Response, *, include: bool) -> None:
    """Print one answer; raise Rejected, NotProved or another failure for what is no success, also inside a 2xx."""
    if include:
        print_head(context.streams, response)
    for_people = context.terminal.ttys.stdout
    print_body(context.streams, readable(response) if for_people else response, readable=for_people)
    verdict = requester.told(response, context.now())
    if verdict is None:
        return
    from nexcred.connectors.guidance import mending_verb, remedy_for, way_out
    from nexcred.services.requests.correction import correction_for

    said = make_visible(verdict.detail)
    title, name = requester.connector.title, requester.credential.name
    if verdict.status.is_refusal:
        remedy = remedy_for(requester.connector, requester.method, verdict.status)
        command = f"{mending_verb(requester.method)} {shell_word(name)}"
        raise Rejected(f"{title} refuses '{name}': {said}", hint=way_out(remedy, command))
    if correction := correction_for(requester, response):
        told = f"{title} answered {response.status}: {correction.reason}"
        raise NexcredError(told, hint=f"run: {correction.command}")
    wait = f"wait {verdict.retry_after_s:.0f} s" if verdict.retry_after_s else ""
    if 200 <= response.status < 300 and verdict.status is not ProbeStatus.INCONCLUSIVE:
        raise NotProved(f"{title} does not do this for '{name}': {said}", hint=wait)
    raise NexcredError(f"{title} answered {response.status}: {said}", hint=wait)
