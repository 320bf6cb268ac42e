"""`nexcred request`."""

from typing import Annotated

import typer

from nexcred.cli.actions.request import act
from nexcred.cli.app.shared_options import Name

EXAMPLES = (
    "nexcred request aha /api/v1/me | jq .user.email",
    "nexcred request github /user/repos --paginate",
    "nexcred request slack chat.postMessage -f channel=C024BE91L -f text='the load is done'",
)


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
    header: Annotated[list[str] | None, typer.Option("-H", "--header", metavar="'K: V'", help="A header.")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("-f", "--field", metavar="k=v", help="A string in the JSON body, or in a GET's query."),
    ] = None,
    json_field: Annotated[
        list[str] | None, typer.Option("-F", "--json-field", metavar="k=json", help="The same, with any JSON value.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE|-", help="Send this body as it is; fields then go into the query."),
    ] = None,
    paginate: Annotated[bool, typer.Option("--paginate", help="Fetch every page, up to 10,000.")] = False,
    include: Annotated[bool, typer.Option("-i", "--include", help="Print the status and the headers first.")] = False,
) -> None:
    act(
        ctx.obj,
        name,
        path,
        method=method,
        header=header,
        field=field,
        json_field=json_field,
        source=source,
        paginate=paginate,
        include=include,
    )
