"""`nexcred request`."""

from typing import Annotated

import typer

from nexcred.auth.flow import Response
from nexcred.cli.app.context import Context
from nexcred.cli.app.shared_options import Name
from nexcred.cli.input.files import read_input
from nexcred.cli.input.request import Flags, wanted_of
from nexcred.cli.render.answer import print_body, print_head
from nexcred.connectors.guidance import remedy_for
from nexcred.errors import NexcredError, Rejected
from nexcred.model.probe import ProbeStatus
from nexcred.model.shell_word import shell_word
from nexcred.model.text import make_visible
from nexcred.services.requests.request import Requester, readable

EXAMPLES = (
    "nexcred request aha /api/v1/me | jq .user.email",
    "nexcred request github /user/repos --paginate",
    "nexcred request slack chat.postMessage -f channel=C024BE91L -f text='the load is done'",
)
_LARGEST_INPUT = 64 * 1024 * 1024


def command(
    ctx: typer.Context,
    name: Name,
    path: Annotated[
        str,
        typer.Argument(metavar="PATH", help="A path under the connector's base URL, or a whole URL, query included."),
    ],
    method: Annotated[
        str | None,
        typer.Option("-X", "--method", metavar="METHOD", help="The HTTP method [GET, or POST when there is a body]."),
    ] = None,
    headers: Annotated[list[str] | None, typer.Option("-H", "--header", metavar="'K: V'", help="A header.")] = None,
    fields: Annotated[
        list[str] | None,
        typer.Option("-f", "--field", metavar="k=v", help="A string in the JSON body, or in a GET's query."),
    ] = None,
    json_fields: Annotated[
        list[str] | None, typer.Option("-F", "--json-field", metavar="k=json", help="The same, with any JSON value.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE|-", help="Send this body as it is; fields then go into the query."),
    ] = None,
    paginate: Annotated[bool, typer.Option("--paginate", help="Fetch every page.")] = False,
    include: Annotated[bool, typer.Option("-i", "--include", help="Print the status and the headers first.")] = False,
) -> None:
    context: Context = ctx.obj
    read = (lambda: read_input(context, source, "--input", _LARGEST_INPUT)) if source is not None else None
    wanted = wanted_of(path, Flags(method, headers or (), fields or (), json_fields or (), read))
    requester = context.find_and(
        name, lambda found: Requester(context.vault, found, context.sessions, context.environment)
    )
    request = requester.request_for(wanted)
    context.note_use("request", [requester.credential])
    if not paginate:
        _print(context, requester, requester.send(request), include=include)
        return
    for page in requester.pages(request):
        _print(context, requester, page, include=include)
        if not context.terminal.ttys.stdout and not page.body.endswith(b"\n"):
            context.streams.raw(b"\n")


def _print(context: Context, requester: Requester, response: Response, *, include: bool) -> None:
    """Print one answer; raise Rejected for a 401, and another failure for whatever else is no success."""
    if include:
        print_head(context.streams, response)
    for_people = context.terminal.ttys.stdout
    print_body(context.streams, readable(response) if for_people else response, readable=for_people)
    if 200 <= response.status < 300:
        return
    verdict = requester.told(response, context.now())
    said = make_visible(verdict.detail)
    title, name = requester.connector.title, requester.credential.name
    if verdict.status is ProbeStatus.REJECTED:
        remedy = remedy_for(requester.connector, requester.method, verdict.status)
        raise Rejected(f"{title} refuses '{name}': {said}", hint=f"{remedy}, then: nexcred update {shell_word(name)}")
    wait = f"wait {verdict.retry_after_s:.0f} s" if verdict.retry_after_s else ""
    raise NexcredError(f"{title} answered {response.status}: {said}", hint=wait)
