"""`nexcred token`."""

from typing import Annotated

import typer

from nexcred.cli.actions.token import act
from nexcred.cli.app.shared_options import AsJson, Name

EXAMPLES = (
    "curl -H @<(nexcred token aha --header) https://mycompany.aha.io/api/v1/me",
    "nexcred token aventri --json | jq -r .expires_at",
)


def command(
    ctx: typer.Context,
    name: Name,
    header: Annotated[bool, typer.Option("--header", help="Print the whole header line that carries it.")] = False,
    json: AsJson = False,
) -> None:
    act(ctx.obj, name, header=header, json=json)
