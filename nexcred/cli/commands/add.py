"""`nexcred add`."""

from typing import Annotated

import typer

from nexcred.cli.actions.add import act
from nexcred.cli.app.shared_options import (
    AllowHost,
    AsJson,
    Description,
    Expires,
    Method,
    NoProbe,
    Private,
    RotateEvery,
    SaveUnverified,
    Settings,
)

EXAMPLES = (
    "nexcred add aventri",
    "nexcred add resci prod-resci --set api_key=env:RESCI_KEY --tag prod",
    "pass show aventri | nexcred add aventri --set account_id=4711 --set api_key=- --replace",
)


def command(
    ctx: typer.Context,
    connector: Annotated[
        str | None, typer.Argument(metavar="CONNECTOR", help="The system: see nexcred connectors list.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="What to call it [the connector's name]."),
    ] = None,
    method: Method = None,
    settings: Settings = None,
    description: Description = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", "-t", metavar="TAG", help="A tag; repeatable.")] = None,
    body: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE|-", help="Read one body of POST /data_credentials, as JSON."),
    ] = None,
    allow_host: AllowHost = None,
    expires: Expires = None,
    rotate_every: RotateEvery = None,
    if_missing: Annotated[
        bool,
        typer.Option(
            "--if-missing", help="If it is there already, with this connector and method, leave it as it is: exit 0."
        ),
    ] = False,
    replace_: Annotated[
        bool,
        typer.Option("--replace", help="If it is there already, with this connector, update it with what is given."),
    ] = False,
    no_probe: NoProbe = False,
    save_unverified: SaveUnverified = False,
    private: Private = False,
    share_with: Annotated[
        list[str] | None,
        typer.Option(
            "--share-with", metavar="WHO", help="Share it at once: a member, by name or fingerprint, or a team."
        ),
    ] = None,
    json: AsJson = False,
) -> int:
    return act(
        ctx.obj,
        connector,
        name,
        method=method,
        settings=settings,
        description=description,
        tag=tag,
        body=body,
        allow_host=allow_host,
        expires=expires,
        rotate_every=rotate_every,
        if_missing=if_missing,
        replace=replace_,
        no_probe=no_probe,
        save_unverified=save_unverified,
        private=private,
        share_with=share_with,
        json=json,
    )
