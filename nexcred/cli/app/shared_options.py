"""Options and arguments that several commands take, in the same words."""

from typing import Annotated

import typer

from nexcred.project.spec import FILE_NAME, PROFILE_VARIABLE

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The credential.")]
Names = Annotated[list[str], typer.Argument(metavar="NAME", help="The credentials.")]
With = Annotated[
    list[str], typer.Option("--with", metavar="MEMBER", help="Who: a name or fingerprint of nexcred member list.")
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="DATE", help="When a guest ends: a day (2027-01-31), or a time from now (90d, 12h)."
    ),
]
Description = Annotated[str | None, typer.Option("--description", metavar="TEXT", help="What it is for.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="A field. A secret comes as FIELD=- (standard input), FIELD=@file or FIELD=env:VARIABLE.",
    ),
]
Method = Annotated[str | None, typer.Option("--method", metavar="METHOD", help="The way to authenticate.")]
AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST[:PORT]",
        help="Let the credential be sent to this host, though its connector does not name it.",
    ),
]
NoProbe = Annotated[bool, typer.Option("--no-probe", help="Do not ask the provider.")]
SaveUnverified = Annotated[bool, typer.Option("--save-unverified", help="Save even what the provider rejects.")]
ByConnector = Annotated[str | None, typer.Option("--connector", metavar="NAME", help="Those of this connector.")]
ByTag = Annotated[
    list[str] | None, typer.Option("--tag", metavar="TAG", help="Those with this tag, or any of several.")
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="PROFILE", help=f"The profile of the project file [{PROFILE_VARIABLE}]."),
]
ProjectFile = Annotated[
    str | None,
    typer.Option("--project", metavar="FILE", help=f"The project file [{FILE_NAME}, here or above]."),
]
