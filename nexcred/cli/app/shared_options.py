"""Options and arguments that several commands take, in the same words."""

from typing import Annotated

import typer

from nexcred.project.file import FILE_NAME
from nexcred.project.spec import PROFILE_VARIABLE

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The credential.")]
NameOrPick = Annotated[
    str | None, typer.Argument(metavar="NAME", help="The credential; at a terminal it can be picked from a list.")
]
Names = Annotated[list[str], typer.Argument(metavar="NAME", help="The credentials.")]
Patterns = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATTERN", help="The credentials: names, or patterns of names such as 'prod-*'."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
PastRevision = Annotated[
    int | None, typer.Option("--revision", metavar="N", help="The values of an earlier revision.", show_default=False)
]
With = Annotated[
    list[str],
    typer.Option("--with", metavar="WHO", help="A member, by name or fingerprint, or a team: data or team:data."),
]
MemberOptions = Annotated[
    list[str] | None,
    typer.Option("--member", metavar="MEMBER", help="A member, by name or fingerprint; repeatable."),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        metavar="DATE",
        help="When a guest's access ends: a date (2027-01-31), or a time from now (90d, 12h).",
    ),
]
Description = Annotated[str | None, typer.Option("--description", "-d", metavar="TEXT", help="What it is for.")]
Expires = Annotated[
    str | None,
    typer.Option(
        "--expires", metavar="DATE", help="When it ends: a day (2027-01-31), a time from now (90d), or never."
    ),
]
RotateEvery = Annotated[
    str | None,
    typer.Option("--rotate-every", metavar="SPAN", help="How old its secret may become before it is due; or never."),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="FIELD=VALUE",
        help="Set a field; a secret as FIELD=- (standard input), FIELD=@file, FIELD=env:VARIABLE or FIELD=generate.",
    ),
]
Method = Annotated[str | None, typer.Option("--method", "-m", metavar="METHOD", help="The way to authenticate.")]
AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST[:PORT]",
        help="Allow sending the credential to this host, which its connector does not name.",
    ),
]
NoProbe = Annotated[bool, typer.Option("--no-probe", help="Do not ask the provider.")]
SaveUnverified = Annotated[bool, typer.Option("--save-unverified", help="Save it even if the provider rejects it.")]
Private = Annotated[
    bool, typer.Option("--private", help="Keep it to yourself, also where the vault shares what is added with a team.")
]
NewPassphraseFile = Annotated[
    str | None,
    typer.Option("--new-passphrase-file", metavar="FILE", help="Read the new passphrase from this file."),
]
WeakPassphrase = Annotated[
    bool, typer.Option("--weak-passphrase", help="Take a new passphrase even if it is easily guessed.")
]
ByConnector = Annotated[
    list[str] | None,
    typer.Option(
        "--connector", metavar="NAME", help="Only credentials of this connector, or any of these; repeatable."
    ),
]
ByTag = Annotated[
    list[str] | None,
    typer.Option("--tag", "-t", metavar="TAG", help="Only credentials with this tag, or any of these; repeatable."),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", metavar="PROFILE", help=f"The profile in the project file [{PROFILE_VARIABLE}]."),
]
ProjectFile = Annotated[
    str | None,
    typer.Option("--project", metavar="FILE", help=f"The project file [{FILE_NAME}, in this folder or one above]."),
]
